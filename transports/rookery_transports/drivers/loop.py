"""The driver for event loops of the program's.

See :mod:`rookery_transports.looped` for which loop that is, :mod:`rookery_transports.shift` for what is
done there.
"""

from __future__ import annotations

from time import monotonic
from typing import TYPE_CHECKING

from rookery.delivery.machine import Delivery
from rookery_transports.event_loop import Pulse
from rookery_transports.looped import Looped
from rookery_transports.waiting import LOOK_AGAIN, closed_lock

if TYPE_CHECKING:
    from rookery.delivery.ledger import Stats
    from rookery.envelope import Envelope
    from rookery_transports.desk import Desk
    from rookery_transports.shift import Shift
    from rookery_transports.waiting import Gate

COUNTING_TAKES = 1.0
"""Seconds at most that ``stats`` waits for a loop in another thread to count."""


class LoopDriver(Looped):
    """Sends on a loop that the program runs."""

    def submit(self, envelope: Envelope) -> bool:
        """See :meth:`Transport.submit`; never blocks."""
        desk = self.desk
        is_taken = desk.hand_over(envelope)
        if not self._wake() and not is_taken:
            desk.tidy()
        return is_taken

    def note_loss(self, reason: str, category: str, quantity: int) -> None:
        """See :meth:`Transport.note_loss`."""
        super().note_loss(reason, category, quantity)
        if not self._wake():
            self.desk.tidy()

    def flush(self, timeout: float) -> bool:
        """See :meth:`Transport.flush`. In the loop's own thread it sends there and then."""
        desk = self.desk
        return desk.is_quiet() or self._settle(desk, desk.deadline(timeout))

    def close(self, timeout: float) -> bool:
        """See :meth:`Transport.close`."""
        desk = self.desk
        deadline = desk.deadline(timeout)
        is_quiet = desk.is_quiet()
        if is_quiet and desk.delivery.is_closed:
            return True
        desk.mailbox.leave(Delivery.close)
        is_settled = self._settle(desk, deadline) or is_quiet  # a timeout of 0 gives a loop no turn
        if not is_settled:
            desk.abandon()
        shift = self._elsewhere()
        if shift is None:
            self._wake()
            desk.drive(monotonic())
        else:
            shift.await_end(deadline - monotonic(), self.gate())
        desk.courier.close()
        return is_settled

    @property
    def stats(self) -> Stats:
        """See :attr:`Transport.stats`; counts all that was handed over before, if a loop can."""
        if self.desk.mailbox.has_mail() and self._elsewhere() is not None:
            self.desk.await_taken_in(COUNTING_TAKES, self.gate())
        return self.desk.stats()

    def gate(self) -> Gate:
        """What the calling code waits at."""
        return closed_lock()

    def drive(self, desk: Desk, deadline: float) -> None:
        """Send here and now what no loop sends."""
        desk.drive(deadline)

    def _wake(self) -> bool:
        shift = self.shift()
        return shift is not None and shift.wake()

    def _elsewhere(self) -> Shift | None:
        """The shift, awake, if its loop runs in another thread, so that this one may wait for it."""
        shift = self.shift()
        if shift is None or not shift.loop.is_running() or shift.loop.is_here():
            return None
        return shift if shift.wake() else None

    def _settle(self, desk: Desk, deadline: float) -> bool:
        """Have all that was left settled: by the loop if one comes round elsewhere, else here."""
        waiter, pulse = desk.enlist(gate=self.gate()), Pulse()
        while True:
            shift = self._elsewhere()
            if shift is None:
                self.relieve(desk)
            is_ours = shift is None or pulse.stops(shift.loop)
            is_mine = shift is None and not desk.own_threads.are_others()
            if is_mine or (is_ours and desk.has_a_hand_free()):
                self.drive(desk, deadline)
            if is_mine and not desk.own_threads.are_others():
                return waiter.leave()
            left = deadline - monotonic()
            if waiter.wait(min(left, LOOK_AGAIN)) or left <= 0:
                return waiter.leave()
