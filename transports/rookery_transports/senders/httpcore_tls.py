"""TLS for httpcore's asynchronous half, over any stream: over that of a TLS proxy too."""

from __future__ import annotations

import ssl
from contextlib import suppress
from typing import TYPE_CHECKING, Any, TypeVar

import httpcore

from rookery_transports.senders.httpcore_failures import Distrust
from rookery_transports.senders.httpcore_lasting import Lasting
from rookery_transports.senders.httpcore_progress import PROGRESS

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")
RECORD = 2**14 + 256
"""Bytes: the longest TLS record (RFC 8446, 5.2)."""


class TlsStream(Lasting):
    """What is said inside TLS, told from what goes over the wire below it."""

    def __init__(
        self, lower: httpcore.AsyncNetworkStream, context: ssl.SSLContext, server: str | None
    ) -> None:
        self._lower = lower
        self._incoming, self._outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        self._inside = context.wrap_bio(self._incoming, self._outgoing, server_hostname=server)
        self._is_established = False

    @classmethod
    async def over(
        cls, lower: httpcore.AsyncNetworkStream, context: ssl.SSLContext, server: str | None
    ) -> TlsStream:
        """After the handshake; without one the stream below is closed."""
        try:
            stream = cls(lower, context, server)
            await stream._until_done(stream._inside.do_handshake)
            stream._is_established = True
        except BaseException:
            await lower.aclose()
            raise
        return stream

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ARG002 - ours is in PROGRESS
        """Read. An end without a good-bye is an end: HTTP knows when an answer is whole."""
        progress = PROGRESS.get()
        before = 0 if progress is None else progress.received
        data = b""
        with suppress(ssl.SSLZeroReturnError, ssl.SSLEOFError):
            data = await self._until_done(lambda: self._inside.read(max_bytes))
        if progress is not None:  # of the answer; TLS itself has more to say
            progress.received = before + len(data)
        return data

    async def write_some(self, rest: memoryview) -> int:
        """See :meth:`Lasting.write_some`."""
        try:
            return await self._until_done(lambda: self._inside.write(rest))
        except (ssl.SSLZeroReturnError, ssl.SSLEOFError) as error:
            raise httpcore.WriteError(error) from error

    async def _until_done(self, step: Callable[[], T]) -> T:
        while True:
            wants_more, refusal, result = False, None, None
            try:
                result = step()
            except ssl.SSLWantReadError:
                wants_more = True
            except ssl.SSLError as error:
                refusal = error
            await self._push()  # what the step has to say, be it an alert
            if refusal is not None:
                raise self._told(refusal)
            if not wants_more:
                return result  # type: ignore[return-value]  # the step has returned it
            await self._pull()

    def _told(self, refusal: ssl.SSLError) -> Exception:
        is_end = isinstance(refusal, (ssl.SSLZeroReturnError, ssl.SSLEOFError))
        return refusal if is_end and self._is_established else Distrust(refusal)

    async def _push(self) -> None:
        if self._outgoing.pending:
            await self._lower.write(self._outgoing.read())

    async def _pull(self) -> None:
        data = await self._lower.read(RECORD)
        if data:
            self._incoming.write(data)
        else:
            self._incoming.write_eof()

    async def end(self) -> None:
        """Close the stream below."""
        await self._lower.aclose()

    def get_extra_info(self, info: str) -> Any:
        """What httpcore asks for: the TLS object, to learn which HTTP was agreed on (RFC 7301)."""
        return self._inside if info == "ssl_object" else self._lower.get_extra_info(info)
