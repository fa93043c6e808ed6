"""Connections that Tornado's simple client opened, and that are kept for the requests after the first.

That client closes each connection after its answer; so its streams only seem to close, once the head
of a whole answer has said that the server keeps its end open.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import h11
from tornado.iostream import IOStream, SSLIOStream, StreamClosedError
from urllib3.util import wait_for_read

from rookery.delivery.actions import Failed, Failure
from rookery_transports.senders.dialogue import Dialogue, Head

if TYPE_CHECKING:
    from rookery.delivery.actions import Outcome
    from rookery.transport.contract import Request


class Lasting(IOStream):
    """A stream that stays open when who opened it is done with it."""

    is_kept = False

    def close(self, exc_info: Any = False) -> None:
        """Close it, unless it is kept and nothing is wrong."""
        if exc_info or not self.is_kept:
            super().close(exc_info)

    def read_from_fd(self, buf: bytearray | memoryview) -> int | None:
        """Read. At the other end's close there is nothing to keep."""
        count = super().read_from_fd(buf)
        if count == 0:
            self.is_kept = False
        return count


class LastingTLS(Lasting, SSLIOStream):
    """The same inside TLS."""


def end(stream: IOStream) -> None:
    """Close it, kept or not."""
    if isinstance(stream, Lasting):
        stream.is_kept = False
    stream.close()


class StreamPipe:
    """A stream, in the words of a dialogue."""

    failures: tuple[type[Exception], ...] = (StreamClosedError,)

    def __init__(self, stream: Lasting) -> None:
        self.stream = stream
        self.has_heard = False

    async def write(self, data: bytes) -> None:
        """Write all of it."""
        await self.stream.write(data)

    async def read(self, max_bytes: int) -> bytes:
        """Wait for some bytes; none: it is closed, here or there."""
        with suppress(StreamClosedError):
            data = await self.stream.read_bytes(max_bytes, partial=True)
            self.has_heard = True
            return data
        return b""


class KeptConnection:
    """One of them."""

    def __init__(self, stream: Lasting, head: Head) -> None:
        self.pipe = StreamPipe(stream)
        self.dialogue = Dialogue(self.pipe, head)
        self._is_late = False

    def is_open(self) -> bool:
        """Whether nothing came of it while nobody asked: neither an end nor a word."""
        stream = self.pipe.stream
        return not (stream.closed() or wait_for_read(stream.socket, timeout=0.0))

    async def exchange(self, request: Request) -> Outcome | None:
        """What came of a request; None: the server had closed before it saw the request."""
        self.pipe.has_heard, is_whole = False, False
        limits = [request.timeouts.read, request.timeouts.total]
        seconds = min((each for each in limits if each is not None), default=None)
        loop = asyncio.get_running_loop()
        alarm = None if seconds is None else loop.call_later(seconds, self._expire)
        try:
            answered, is_whole = await self.dialogue.exchange(request.body)
        except (h11.RemoteProtocolError, StreamClosedError) as error:
            return self._failed(error)
        finally:
            if alarm is not None:
                alarm.cancel()
            if not is_whole:
                end(self.pipe.stream)
        return answered

    def _expire(self) -> None:
        self._is_late = True
        end(self.pipe.stream)

    def _failed(self, error: Exception) -> Failed | None:
        if self._is_late:
            return Failed(Failure.READ, "read timed out")
        if self.pipe.has_heard:
            return Failed(Failure.READ, f"{type(error).__name__}: {error}")
        return None
