"""The driver that runs an asyncio loop in a thread of its own: many requests at once, one thread.

It starts with the first event, and ends with the transport. A forked child begins its own.
"""

from __future__ import annotations

from sys import is_finalizing
from time import monotonic
from typing import TYPE_CHECKING

from rookery_transports.drivers.asyncio import AsyncioDriver
from rookery_transports.drivers.loop_thread import OwnLoop

if TYPE_CHECKING:
    from rookery.envelope import Envelope
    from rookery.transport.contract import Setup
    from rookery_transports.desk import Desk
    from rookery_transports.shift import Shift


class OwnLoopDriver(AsyncioDriver):
    """Sends in tasks of a loop of its own."""

    def __init__(self, setup: Setup) -> None:
        self._loops: dict[int, OwnLoop] = {}
        self._is_wanted = False
        super().__init__(setup)

    def submit(self, envelope: Envelope) -> bool:
        """See :meth:`Transport.submit`; never blocks."""
        self._is_wanted = True
        return super().submit(envelope)

    def running_loop(self) -> OwnLoop | None:
        """Our own, from the first event until the transport is closed; None where none can start."""
        desk = self.desk
        own = self._loops.get(id(desk))
        if own is not None and own.is_running():
            return own
        if not self._is_wanted or desk.delivery.is_closed or is_finalizing():
            return None
        return self._start(id(desk))

    def _start(self, desk: int) -> OwnLoop | None:
        fresh = OwnLoop()
        own = self._loops.setdefault(desk, fresh)  # atomic: two threads agree on one
        if own is not fresh:
            fresh.loop.close()
        elif not own.launch():
            self._loops.pop(desk)
            return None
        return own

    def forget(self, desk: Desk) -> None:
        """See :meth:`Driven.forget`; the child has handed nothing over yet."""
        self._is_wanted = False
        super().forget(desk)

    def part(self, shift: Shift) -> None:
        """See :meth:`CoroutineDriver.part`; and the thread ends."""
        super().part(shift)
        assert isinstance(shift.loop, OwnLoop)
        shift.loop.stop_when_idle()

    def close(self, timeout: float) -> bool:
        """See :meth:`LoopDriver.close`; when it returns, the thread has ended, if there was time."""
        deadline = monotonic() + timeout
        own = self._loops.get(id(self.desk))
        is_settled = super().close(timeout)
        if own is not None and not own.is_here():
            own.thread.join(max(0.0, deadline - monotonic()))
        return is_settled
