"""What the streams for httpcore's asynchronous half share: all is written, and one may be kept."""

from __future__ import annotations

from abc import abstractmethod
from typing import TYPE_CHECKING

import httpcore

from rookery_transports.senders.httpcore_progress import PROGRESS

if TYPE_CHECKING:
    import ssl


class Lasting(httpcore.AsyncNetworkStream):
    """A stream that stays open when httpcore, which opened it, is done with it.

    The time-outs that httpcore gives are none: ours are in ``PROGRESS``.
    """

    is_kept = False
    failures: tuple[type[Exception], ...] = (httpcore.NetworkError, httpcore.TimeoutException)

    @abstractmethod
    async def write_some(self, rest: memoryview) -> int:
        """Write the beginning; how many bytes that was."""

    @abstractmethod
    async def end(self) -> None:
        """Close it; nothing is waited for."""

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:  # noqa: ARG002 - see above
        """Write all of it."""
        progress = PROGRESS.get()
        rest = memoryview(buffer if progress is None else progress.hold(buffer))
        while rest:
            rest = rest[await self.write_some(rest) :]

    async def aclose(self) -> None:
        """Close it, unless it is kept."""
        if not self.is_kept:
            await self.end()

    async def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,  # noqa: ARG002 - as above
    ) -> httpcore.AsyncNetworkStream:
        """TLS on this stream; on one of TLS, as with a server behind a TLS proxy, TLS within TLS."""
        from rookery_transports.senders.httpcore_tls import TlsStream

        return await TlsStream.over(self, ssl_context, server_hostname)
