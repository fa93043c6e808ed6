"""Requests and answers on one connection that is open already, by h11 (HTTP/1.1, RFC 9112).

A client library opens each connection and makes the first exchange on it. For every further one it
would find out anew what is settled since: that takes more than half of what an exchange costs.

Rule: a connection is kept after a whole answer alone; whatever else happens closes it.
"""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, NamedTuple, Protocol
from urllib.parse import urlsplit

import h11

from rookery.delivery.actions import Answered

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rookery.transport.contract import Request

BODY_LIMIT = 64 * 1024
"""Bytes of an answer that are kept; what is longer is no Sentry's."""
LONGEST_HEAD = 100 * 1024
AT_ONCE = 64 * 1024


class Pipe(Protocol):
    """A connection, plain or inside TLS."""

    failures: tuple[type[Exception], ...]
    """What it raises where the connection fails, or takes too long."""

    async def write(self, data: bytes) -> None:
        """Write all of it."""

    async def read(self, max_bytes: int) -> bytes:
        """Wait for some bytes; none: the other end has closed."""


class Head(NamedTuple):
    """A request but for its body: checked and written once for many."""

    asked: h11.Request
    before: bytes
    after: bytes

    @classmethod
    def of(cls, request: Request) -> Head:
        """The same for all requests of a transport, which differ in their bodies alone."""
        parts = urlsplit(request.url)
        fields = [("Host", parts.netloc), *request.headers.items(), ("Content-Length", "0")]
        asked = h11.Request(method="POST", target=parts.path, headers=fields)
        written = h11.Connection(h11.CLIENT).send(asked) or b""
        before, _, after = written.partition(b"Content-Length: 0\r\n")
        return cls(asked, before, after)

    def with_body(self, body: bytes) -> bytes:
        """The whole request."""
        return b"%sContent-Length: %d\r\n%s%s" % (self.before, len(body), self.after, body)


class Dialogue:
    """One connection between two requests."""

    def __init__(self, pipe: Pipe, head: Head) -> None:
        self._pipe = pipe
        self._head = head
        self._h11 = h11.Connection(h11.CLIENT, max_incomplete_event_size=LONGEST_HEAD)

    async def exchange(self, body: bytes) -> tuple[Answered, bool]:
        """The answer, and whether it is whole and the connection stays.

        Raises what the pipe raises, and ``h11.RemoteProtocolError``. Once its status is known an
        answer counts, however its body ends.
        """
        self._h11.send(self._head.asked)
        self._h11.send(h11.EndOfMessage())
        await self._pipe.write(self._head.with_body(body))
        while not isinstance(response := await self._next(), h11.Response):
            pass  # an interim answer
        told = bytearray()
        with suppress(h11.RemoteProtocolError, *self._pipe.failures):
            await self._hear(told)
        return Answered(response.status_code, joined(response.headers), bytes(told)), self._stays()

    async def _next(self) -> object:
        while (event := self._h11.next_event()) is h11.NEED_DATA:
            self._h11.receive_data(await self._pipe.read(AT_ONCE))
        return event

    async def _hear(self, told: bytearray) -> None:
        while isinstance(event := await self._next(), h11.Data) and len(told) < BODY_LIMIT:
            told += event.data

    def _stays(self) -> bool:
        if self._h11.trailing_data != (b"", False):
            return False  # the server has closed, or said more than it was asked
        if self._h11.our_state is not h11.DONE or self._h11.their_state is not h11.DONE:
            return False
        self._h11.start_next_cycle()
        return True


def joined(fields: Iterable[tuple[bytes, bytes]]) -> dict[str, str]:
    """Values by name in small letters; the same name twice is one list (RFC 9110, section 5.3)."""
    told: dict[str, str] = {}
    for raw_name, raw_value in fields:
        name, value = raw_name.decode("latin-1").lower(), raw_value.decode("latin-1")
        told[name] = f"{told[name]}, {value}" if name in told else value
    return told
