"""The driver for trio.

Rule 1: the run is that of the option ``trio_token``, else the one that runs the code which makes the
        transport or hands over; see :mod:`rookery_transports.looped`.
Rule 2: requests are system tasks, or tasks of the option ``nursery``, whose run is then the one of
        rule 1. Once the main task has ended, or the nursery is cancelled, what has begun may finish,
        within ``shutdown_timeout``; nothing more begins there.
"""

from __future__ import annotations

import os
from contextlib import suppress
from functools import partial
from time import monotonic
from typing import TYPE_CHECKING, Any

from rookery_transports.drivers.awaiting import AwaitingDriver
from rookery_transports.drivers.trio_run import LOOK_AGAIN, TrioRun
from rookery_transports.library import Library

if TYPE_CHECKING:
    from collections.abc import Coroutine

    import trio

    from rookery.delivery.actions import Send
    from rookery.transport.contract import Setup
    from rookery_transports.desk import Desk
    from rookery_transports.event_loop import Loop
    from rookery_transports.shift import Shift
else:
    trio = Library("trio")


class TrioDriver(AwaitingDriver):
    """Sends in system tasks of a run of trio's."""

    def __init__(self, setup: Setup) -> None:
        self._named: trio.lowlevel.TrioToken | None = getattr(setup.options, "trio_token", None)
        self._nursery: trio.Nursery | None = getattr(setup.options, "nursery", None)
        self._pid = os.getpid()
        super().__init__(setup)

    def running_loop(self) -> TrioRun | None:
        """See :meth:`Looped.running_loop`. A forked child has not inherited a run."""
        named = None if self._named is None else TrioRun(self._named, self._nursery)
        if named is not None and self._pid == os.getpid() and named.is_running():
            return named
        try:
            return TrioRun(trio.lowlevel.current_trio_token())
        except RuntimeError:
            return None

    def start(self, loop: Loop, coroutine: Coroutine[Any, Any, None]) -> None:
        """See :meth:`CoroutineDriver.start`."""
        assert isinstance(loop, TrioRun)
        loop.start(coroutine, self.setup.settings.shutdown_timeout)

    def begin(self, shift: Shift, send: Send) -> None:
        """See :meth:`LoopDriver.begin`. An error here would be the end of the whole run."""
        assert isinstance(shift.loop, TrioRun)
        try:
            if not shift.loop.is_ending:
                super().begin(shift, send)
                return
        except RuntimeError:
            shift.loop.is_ending = True
        shift.desk.take_back(send.ticket)

    def part(self, shift: Shift) -> None:
        """See :meth:`CoroutineDriver.part`."""
        assert isinstance(shift.loop, TrioRun)
        shift.loop.leave_nursery()
        with suppress(RuntimeError):  # the run is over but for its last steps
            super().part(shift)

    def is_awaited(self) -> bool:
        """See :meth:`AwaitingDriver.is_awaited`."""
        try:
            trio.lowlevel.current_trio_token()
        except RuntimeError:
            return False
        return True

    async def settled(self, desk: Desk, deadline: float) -> bool:
        """See :meth:`AwaitingDriver.settled`."""
        over = trio.Event()
        waiter = desk.enlist(partial(tell, trio.lowlevel.current_trio_token(), over))
        self._wake()
        try:
            with trio.move_on_after(max(0.0, deadline - monotonic())):
                await over.wait()
        finally:
            waiter.leave()
        return waiter.is_settled

    async def parted(self, shift: Shift, deadline: float) -> None:
        """See :meth:`AwaitingDriver.parted`."""
        assert isinstance(shift.loop, TrioRun)
        while not shift.await_end(0.0) or shift.loop.under_way:
            if monotonic() >= deadline:
                return
            await trio.sleep(LOOK_AGAIN)

    def close(self, timeout: float) -> bool:
        """See :meth:`LoopDriver.close`; when it returns, the connections are closed."""
        deadline = monotonic() + timeout
        is_settled = super().close(timeout)
        shift = self.shift()
        if shift is not None and not shift.loop.is_here():
            assert isinstance(shift.loop, TrioRun)
            shift.loop.await_parted(deadline)
        return is_settled


def tell(token: trio.lowlevel.TrioToken, over: trio.Event) -> None:
    """From any thread: what was waited for is over; if the run is, nobody waits."""
    with suppress(trio.RunFinishedError):
        token.run_sync_soon(over.set)
