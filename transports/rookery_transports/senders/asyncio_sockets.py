"""Waiting for sockets on an asyncio loop, its timers included: no task is cancelled for a time-out."""

from __future__ import annotations

import asyncio
import socket
from contextlib import suppress
from typing import TYPE_CHECKING

from rookery_transports.senders.readiness import Readiness

if TYPE_CHECKING:
    from collections.abc import Callable

    from rookery_transports.senders.readiness import Addresses


class AsyncioReadiness(Readiness):
    """The loop that runs the calling code, be it asyncio's own, uvloop or another."""

    def __init__(self) -> None:
        self._waiting: dict[asyncio.Future[None], tuple[socket.socket, Callable[[], object]]] = {}

    async def readable(self, sock: socket.socket, timeout: float | None) -> None:
        """See :meth:`Readiness.readable`."""
        loop = asyncio.get_running_loop()
        future = loop.create_future()
        loop.add_reader(number := sock.fileno(), settle, future)
        await self._wait(future, timeout, sock, lambda: loop.remove_reader(still(sock, number)))

    async def writable(self, sock: socket.socket, timeout: float | None) -> None:
        """See :meth:`Readiness.writable`."""
        loop = asyncio.get_running_loop()
        future = loop.create_future()
        loop.add_writer(number := sock.fileno(), settle, future)
        await self._wait(future, timeout, sock, lambda: loop.remove_writer(still(sock, number)))

    async def _wait(
        self,
        future: asyncio.Future[None],
        timeout: float | None,
        sock: socket.socket,
        stop: Callable[[], object],
    ) -> None:
        loop = asyncio.get_running_loop()
        alarm = (
            None if timeout is None else loop.call_later(timeout, settle, future, TimeoutError())
        )
        self._waiting[future] = sock, stop
        try:
            await future
        finally:
            if alarm is not None:
                alarm.cancel()
            self._stop(future)

    def _stop(self, future: asyncio.Future[None]) -> None:
        """Watch the socket no more: its descriptor may soon be another's."""
        _, stop = self._waiting.pop(future, (None, None))
        if stop is not None:
            with suppress(ValueError, OSError, RuntimeError):  # the socket, or the loop, is closed
                stop()

    async def resolve(self, host: str, port: int, timeout: float | None) -> Addresses:
        """See :meth:`Readiness.resolve`. In the loop's executor, as asyncio has it."""
        looking = asyncio.ensure_future(
            asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
        )
        done, _ = await asyncio.wait([looking], timeout=timeout)
        if not done:
            looking.cancel()
            raise TimeoutError
        return looking.result()

    def closing(self, sock: socket.socket) -> None:
        """See :meth:`Readiness.closing`."""
        for future, (watched, _) in list(self._waiting.items()):
            if watched is sock:
                self._stop(future)
                settle(future, OSError("the connection was closed"))


class OwnReadiness(AsyncioReadiness):
    """A loop in a thread of ours, which may stand still while it looks up a name.

    An executor is no help at the end of a program: it starts nothing once the main thread has ended.
    """

    async def resolve(self, host: str, port: int, timeout: float | None) -> Addresses:  # noqa: ARG002
        """See :meth:`Readiness.resolve`; takes as long as the system likes."""
        return socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)


def still(sock: socket.socket, number: int) -> int:
    """Its number, by which a selector takes it more quickly; if it is closed, that may be another's."""
    if sock.fileno() != number:
        raise ValueError(number)
    return number


def settle(future: asyncio.Future[None], error: Exception | None = None) -> None:
    """Wake who waits."""
    if future.done():
        return
    if error is None:
        future.set_result(None)
    else:
        future.set_exception(error)
