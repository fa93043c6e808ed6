"""A tunnel through a proxy (RFC 9110, 9.3.6), for Twisted's connections."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from twisted.internet.defer import Deferred
from twisted.internet.protocol import Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rookery_transports.senders.twisted_wire import Layer

MOST_OF_AN_ANSWER = 64 * 1024
"""Bytes that a proxy may say before it says yes or no."""
GRANTED = re.compile(r"HTTP/1\.[01] 2\d\d\b")


class TunnelRefused(ConnectionError):
    """A proxy does not connect us."""


class Tunnel(Protocol):
    """Asks a proxy to connect us."""

    def __init__(self, asked: bytes) -> None:
        self.asked = asked
        self.answer = b""
        self.granted: Deferred[None] = Deferred()

    def connectionMade(self) -> None:  # noqa: N802 - Twisted's name
        """See ``Protocol``."""
        transport: Any = self.transport
        transport.write(self.asked)

    def dataReceived(self, data: bytes) -> None:  # noqa: N802 - Twisted's name
        """See ``Protocol``."""
        self.answer += data
        if b"\r\n\r\n" in self.answer or len(self.answer) > MOST_OF_AN_ANSWER:
            self._judge()

    def connectionLost(self, _: Any = None) -> None:  # noqa: N802 - Twisted's name
        """See ``Protocol``."""
        self._judge()

    def _judge(self) -> None:
        if self.granted.called:
            return
        line = self.answer.partition(b"\r\n")[0].decode("latin-1")
        if GRANTED.match(line):
            self.granted.callback(None)
        else:
            self.granted.errback(TunnelRefused(f"the proxy said {line!r}"))


async def pass_through(layer: Layer, asked: bytes) -> Layer:
    """The same layer, once what is behind a proxy is at its end."""
    tunnel = Tunnel(asked)
    layer.carry(tunnel)
    await tunnel.granted
    layer.upper = None
    return layer


def connect_head(server: str, headers: Mapping[str, str]) -> bytes:
    """What asks a proxy for a tunnel."""
    lines = [f"CONNECT {server} HTTP/1.1", f"Host: {server}"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    return "\r\n".join([*lines, "", ""]).encode("latin-1")
