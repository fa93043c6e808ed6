"""The driver that has no loop: the calling thread sends.

``submit`` returns when the envelope is settled, retries and their pauses included. Only an
envelope that is handed over while another thread sends already, or by a signal handler, ``__del__``
or a callback that interrupts the sending, is left to whoever sends.
"""

from __future__ import annotations

from time import monotonic
from typing import TYPE_CHECKING

from rookery.delivery.machine import Delivery
from rookery_transports.driven import Driven
from rookery_transports.waiting import NEVER

if TYPE_CHECKING:
    from rookery.envelope import Envelope


class InlineDriver(Driven):
    """Sends where it is called."""

    pauses = False  # its caller waits already; each envelope has its try

    def submit(self, envelope: Envelope) -> bool:
        """See :meth:`Transport.submit`; blocks while it sends."""
        desk = self.desk
        is_taken = desk.hand_over(envelope)
        desk.drive(desk.deadline(NEVER))
        return is_taken

    def flush(self, timeout: float) -> bool:
        """See :meth:`Transport.flush`."""
        desk = self.desk
        if desk.is_quiet():
            return True
        deadline = desk.deadline(timeout)
        waiter = desk.enlist()
        desk.drive(deadline)
        return desk.await_settled(deadline, waiter)

    def close(self, timeout: float) -> bool:
        """See :meth:`Transport.close`."""
        desk = self.desk
        desk.mailbox.leave(Delivery.close)
        is_settled = self.flush(timeout)
        desk.abandon()
        desk.drive(monotonic())
        desk.courier.close()
        return is_settled

    def note_loss(self, reason: str, category: str, quantity: int) -> None:
        """See :meth:`Transport.note_loss`."""
        super().note_loss(reason, category, quantity)
        self.desk.drive(monotonic())
