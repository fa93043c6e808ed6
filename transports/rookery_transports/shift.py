"""What is done at a desk on somebody's event loop: a shift, from the loop's adoption to its end.

Rule 1: everything here runs in the loop's thread, but :meth:`Shift.wake`, which anybody may call.
Rule 2: a step is short: one envelope is weighed, or one request begun, then the loop has its turn.
Rule 3: a step runs in a context of its own, so that nothing of the program's (a trace, a request)
        hangs on to a connection that outlives it, and nothing that it does is captured.
"""

from __future__ import annotations

from contextlib import suppress
from contextvars import Context
from time import monotonic
from typing import TYPE_CHECKING

from rookery.delivery.actions import Send, Stop
from rookery.transport.guard import mark
from rookery_transports.waiting import LONGEST_WAIT, LOOK_AGAIN, NEVER, closed_lock

if TYPE_CHECKING:
    from collections.abc import Callable

    from rookery_transports.desk import Desk
    from rookery_transports.event_loop import Loop
    from rookery_transports.waiting import Gate


class Shift:
    """One desk on one loop. ``begin`` starts to carry a :class:`Send`, and returns at once."""

    def __init__(
        self,
        desk: Desk,
        loop: Loop,
        begin: Callable[[Shift, Send], object],
        end: Callable[[Shift], object],
    ) -> None:
        self.desk = desk
        self.loop = loop
        self._begin = begin
        self._end = end
        self._has_ended = False
        self._has_parted = False
        self._gates: list[Gate] = []
        self._is_woken = False
        self._alarm = NEVER

    # For anybody.

    def wake(self) -> bool:
        """Have a look at the desk soon; False: the loop takes nothing any more."""
        return self._look_again(self.loop.call_soon)

    def _look_again(self, call: Callable[[Callable[[], object]], None]) -> bool:
        if self._is_woken:  # two may pass at once: one look too many harms nobody
            return True
        self._is_woken = True
        try:
            call(self._step)
        except Exception:  # noqa: BLE001 - each kind of loop has its own word for "closed"
            self._is_woken = False
            return False
        return True

    def await_end(self, timeout: float, gate: Gate | None = None) -> bool:
        """Wait until the last is settled after the desk was closed; not where the loop is."""
        gate = closed_lock() if gate is None else gate
        self._gates.append(gate)
        if self._has_parted:  # maybe before this gate was there
            self._open_gates()
        return gate.acquire(timeout=min(max(timeout, 0.0), LONGEST_WAIT))

    def _open_gates(self) -> None:
        with suppress(IndexError):  # two threads may open them at once
            while True:
                self._gates.pop().release()

    # In the loop.

    def settled(self) -> None:
        """Something that was begun is settled, or given back."""
        self._look_again(self.loop.call_next)

    def _step(self) -> None:
        self._is_woken = False  # first: what is left from now on has a look of its own
        context = Context()
        context.run(mark)
        context.run(self._do)

    def _do(self) -> None:
        action = self.desk.turn(most=1)
        if isinstance(action, Send):
            self._begin(self, action)
        elif isinstance(action, Stop):
            self._finish()
        else:
            self._set_alarm(monotonic() + LOOK_AGAIN if action is None else action.until)
        if self.desk.mailbox.has_mail() or (
            isinstance(action, Send) and self.desk.has_a_hand_free()
        ):
            self._look_again(self.loop.call_next)

    def _set_alarm(self, until: float | None) -> None:
        """Have a look at ``until`` at the latest."""
        if until is None or until >= self._alarm:
            return
        self._alarm = until
        self.loop.call_later(min(max(0.0, until - monotonic()), LONGEST_WAIT), self._ring)

    def _ring(self) -> None:
        self._alarm = NEVER
        self._step()

    def _finish(self) -> None:
        if not self._has_ended:
            self._has_ended = True
            self._end(self)
            self._has_parted = True
            self._open_gates()
