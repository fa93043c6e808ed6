"""Waiting for sockets in a run of trio's."""

from __future__ import annotations

import socket
from contextlib import suppress
from math import inf
from typing import TYPE_CHECKING

import trio

from rookery_transports.senders.readiness import Readiness

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from rookery_transports.senders.readiness import Addresses


class TrioReadiness(Readiness):
    """The run of the calling task."""

    async def readable(self, sock: socket.socket, timeout: float | None) -> None:  # noqa: ASYNC109
        """See :meth:`Readiness.readable`."""
        await self._wait(trio.lowlevel.wait_readable, sock, timeout)

    async def writable(self, sock: socket.socket, timeout: float | None) -> None:  # noqa: ASYNC109
        """See :meth:`Readiness.writable`."""
        await self._wait(trio.lowlevel.wait_writable, sock, timeout)

    @staticmethod
    async def _wait(
        wait: Callable[[socket.socket], Awaitable[None]], sock: socket.socket, seconds: float | None
    ) -> None:
        with trio.move_on_after(inf if seconds is None else seconds) as scope:
            try:
                await wait(sock)
            except trio.ClosedResourceError as error:
                raise OSError("the connection was closed") from error
        if scope.cancelled_caught:
            raise TimeoutError

    async def resolve(self, host: str, port: int, timeout: float | None) -> Addresses:  # noqa: ASYNC109
        """See :meth:`Readiness.resolve`. In a thread of trio's."""
        with trio.move_on_after(inf if timeout is None else timeout):
            return await trio.socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        raise TimeoutError

    def closing(self, sock: socket.socket) -> None:
        """See :meth:`Readiness.closing`."""
        with suppress(RuntimeError):  # the run is over, and nobody waits
            trio.lowlevel.notify_closing(sock)
