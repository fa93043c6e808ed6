"""Connections for httpcore's asynchronous half, on sockets of our own.

httpcore's own streams for asyncio are the loop's transports: those complain when the loop ends
before them, and cannot be closed without it, nor in a forked child. A socket can. And its options
are set before it connects.
"""

from __future__ import annotations

import os
import socket
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import httpcore

from rookery_transports.senders.httpcore_lasting import Lasting
from rookery_transports.senders.httpcore_progress import PROGRESS, time_left

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from rookery_transports.senders.readiness import Readiness


class SocketStream(Lasting):
    """A connection without TLS."""

    def __init__(self, sock: socket.socket, ready: Readiness) -> None:
        self._sock = sock
        self._ready = ready

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ARG002 - ours is in PROGRESS
        """Wait first, so that a server which never stops talking leaves the loop its turns."""
        while True:
            await self._wait(self._ready.readable, httpcore.ReadTimeout, httpcore.ReadError)
            try:
                data = self._sock.recv(max_bytes)
            except BlockingIOError:
                continue
            except OSError as error:
                raise httpcore.ReadError(error) from error
            progress = PROGRESS.get()
            if progress is not None:
                progress.received += len(data)
            return data

    async def write_some(self, rest: memoryview) -> int:
        """See :meth:`Lasting.write_some`."""
        try:
            return self._sock.send(rest)
        except BlockingIOError:
            await self._wait(self._ready.writable, httpcore.WriteTimeout, httpcore.WriteError)
            return 0
        except OSError as error:
            raise httpcore.WriteError(error) from error

    async def connect(self, address: Any) -> None:
        """Connect to an address."""
        with suppress(BlockingIOError):
            self._sock.connect(address)
            return
        await self._wait(self._ready.writable, httpcore.ConnectTimeout, httpcore.ConnectError)
        error = self._sock.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
        if error:
            raise OSError(error, os.strerror(error))

    async def _wait(
        self,
        wait: Callable[[socket.socket, float | None], Awaitable[None]],
        late: type[Exception],
        broken: type[Exception],
    ) -> None:
        try:
            await wait(self._sock, time_left())
        except TimeoutError as error:
            raise late("it took too long") from error
        except (OSError, ValueError) as error:  # closed meanwhile
            raise broken(error) from error

    def is_open(self) -> bool:
        """Whether it has not been closed here."""
        return self._sock.fileno() != -1

    def close(self) -> None:
        """Close it; harmless a second time."""
        if self.is_open():
            self._ready.closing(self._sock)
            self._sock.close()

    def forget(self) -> None:
        """Close this process's copy, without its loop."""
        with suppress(OSError):
            os.close(self._sock.detach())

    async def end(self) -> None:
        """See :meth:`Lasting.end`."""
        self.close()

    def get_extra_info(self, info: str) -> Any:
        """Whether there is something to read: on an idle connection, the server's good-bye."""
        if info != "is_readable":
            return None
        with suppress(OSError):
            self._sock.recv(1, socket.MSG_PEEK)
            return True
        return not self.is_open()
