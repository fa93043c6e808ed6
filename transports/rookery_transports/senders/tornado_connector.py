"""Connections for Tornado's simple client: what its own connector lacks is to clean up in time.

Given up amid a connect or a handshake, releases before 6.6 leave the socket open.
"""

from __future__ import annotations

import asyncio
import socket
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from tornado.tcpclient import TCPClient
from tornado.util import TimeoutError as TookTooLong

from rookery_transports.senders.tornado_kept import Lasting, LastingTLS

if TYPE_CHECKING:
    import ssl
    from collections.abc import Callable


class Connector(TCPClient):
    """Connects to the first address that answers, and says so."""

    def __init__(self, timeout: float | None, on_connected: Callable[[Lasting], None]) -> None:
        super().__init__()
        self.timeout = timeout
        self.on_connected = on_connected

    async def connect(  # type: ignore[override]  # the client asks by these names alone
        self,
        host: str,
        port: int,
        af: int = socket.AF_UNSPEC,
        ssl_options: ssl.SSLContext | None = None,
        **_: Any,
    ) -> Lasting:
        """See ``TCPClient``."""
        connecting = self._connect(host, port, socket.AddressFamily(af), ssl_options)
        try:
            stream = await asyncio.wait_for(connecting, self.timeout)
        except (asyncio.TimeoutError, TimeoutError):  # two kinds until Python 3.11
            raise TookTooLong("connect timed out") from None
        self.on_connected(stream)
        return stream

    async def _connect(
        self, host: str, port: int, af: socket.AddressFamily, context: ssl.SSLContext | None
    ) -> Lasting:
        *others, last = await self.resolver.resolve(host, port, af)
        for family, address in others:
            with suppress(OSError):
                return await opened(socket.socket(family), address, host, context)
        return await opened(socket.socket(last[0]), last[1], host, context)


async def opened(
    sock: socket.socket, address: Any, host: str, context: ssl.SSLContext | None
) -> Lasting:
    """A stream that is connected, and secured if there is a context; else the socket is closed."""
    stream = Lasting(sock) if context is None else LastingTLS(sock, ssl_options=context)
    try:
        await stream.connect(address, host)
    except BaseException:
        stream.close()
        raise
    return stream
