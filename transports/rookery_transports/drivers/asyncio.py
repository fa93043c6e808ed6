"""The driver for asyncio's loops, uvloop's too.

Rule 1: the loop is that of the option ``loop``, else the one that runs the code which makes the
        transport or hands over; see :mod:`rookery_transports.looped`.
Rule 2: a loop that ends cancels its tasks, as ``asyncio.run`` does. What has begun then may finish,
        within ``shutdown_timeout``, lest the server see it twice; nothing more begins.
"""

from __future__ import annotations

import asyncio
import os
from contextlib import suppress
from functools import partial
from time import monotonic
from typing import TYPE_CHECKING, Any

from rookery.transport.guard import unheard
from rookery_transports.drivers.asyncio_loop import LOOK_AGAIN, AsyncioLoop
from rookery_transports.drivers.awaiting import AwaitingDriver
from rookery_transports.senders.asyncio_sockets import settle

if TYPE_CHECKING:
    from collections.abc import Coroutine

    from rookery.delivery.actions import Send
    from rookery.transport.contract import Setup
    from rookery_transports.desk import Desk
    from rookery_transports.event_loop import Loop
    from rookery_transports.shift import Shift


class AsyncioDriver(AwaitingDriver):
    """Sends in tasks of an asyncio loop."""

    def __init__(self, setup: Setup) -> None:
        self._named: asyncio.AbstractEventLoop | None = getattr(setup.options, "loop", None)
        self._pid = os.getpid()
        super().__init__(setup)

    def running_loop(self) -> AsyncioLoop | None:
        """See :meth:`Looped.running_loop`. A forked child has not inherited a loop that runs."""
        named = self._named
        if named is not None and not named.is_closed() and self._pid == os.getpid():
            return AsyncioLoop(named)
        try:
            return AsyncioLoop(asyncio.get_running_loop())
        except RuntimeError:
            return None

    def start(self, loop: Loop, coroutine: Coroutine[Any, Any, None]) -> None:
        """See :meth:`CoroutineDriver.start`."""
        assert isinstance(loop, AsyncioLoop)
        loop.start(coroutine, self.setup.settings.shutdown_timeout)

    def begin(self, shift: Shift, send: Send) -> None:
        """See :meth:`LoopDriver.begin`."""
        assert isinstance(shift.loop, AsyncioLoop)
        if shift.loop.is_ending:
            shift.desk.take_back(send.ticket)
        else:
            super().begin(shift, send)

    def abandon(self, shift: Shift) -> None:
        """See :meth:`LoopDriver.abandon`.

        A forked child leaves the tasks as they are: the selector they would tell is its parent's.
        """
        assert isinstance(shift.loop, AsyncioLoop)
        if shift.loop.is_ours():
            unheard(shift.loop.break_off)
        super().abandon(shift)

    def is_awaited(self) -> bool:
        """See :meth:`AwaitingDriver.is_awaited`."""
        return True

    async def settled(self, desk: Desk, deadline: float) -> bool:
        """See :meth:`AwaitingDriver.settled`."""
        loop = asyncio.get_running_loop()
        waiter = desk.enlist(partial(tell, loop, over := loop.create_future()))
        self._wake()
        try:
            await asyncio.wait([over], timeout=max(0.0, deadline - monotonic()))
        finally:
            waiter.leave()
        return waiter.is_settled

    async def parted(self, shift: Shift, deadline: float) -> None:
        """See :meth:`AwaitingDriver.parted`."""
        assert isinstance(shift.loop, AsyncioLoop)
        while not shift.await_end(0.0) or shift.loop.tasks:
            if monotonic() >= deadline:
                return
            await asyncio.sleep(LOOK_AGAIN)

    def close(self, timeout: float) -> bool:
        """See :meth:`LoopDriver.close`; when it returns, the connections are closed."""
        deadline = monotonic() + timeout
        is_settled = super().close(timeout)
        shift = self.shift()
        if shift is not None and not shift.loop.is_here():
            assert isinstance(shift.loop, AsyncioLoop)
            shift.loop.await_parted(deadline)
        return is_settled


def tell(loop: asyncio.AbstractEventLoop, over: asyncio.Future[None]) -> None:
    """From any thread: what was waited for is over; if the loop is, nobody waits."""
    with suppress(RuntimeError):
        loop.call_soon_threadsafe(settle, over)
