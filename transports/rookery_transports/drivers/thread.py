"""The driver that runs in threads of its own; see :mod:`rookery_transports.crew` for them."""

from __future__ import annotations

import threading
from time import monotonic
from typing import TYPE_CHECKING

from rookery.delivery.machine import Delivery
from rookery_transports.crew import Crew
from rookery_transports.driven import Driven

if TYPE_CHECKING:
    from rookery.delivery.ledger import Stats
    from rookery.envelope import Envelope
    from rookery.transport.contract import Setup

COUNTING_TAKES = 1.0
"""Seconds at most that ``stats`` waits for the clerk to count what was just handed over."""


class ThreadDriver(Driven):
    """Sends in threads of its own."""

    def __init__(self, setup: Setup) -> None:
        super().__init__(setup)
        self._crews: dict[int, Crew] = {}

    @property
    def crew(self) -> Crew:
        """The crew of this process's desk."""
        desk = self.desk
        crew = self._crews.get(id(desk))
        return crew if crew is not None else self._crews.setdefault(id(desk), Crew(desk))

    def submit(self, envelope: Envelope) -> bool:
        """See :meth:`Transport.submit`; never blocks."""
        crew = self.crew
        is_taken = crew.desk.hand_over(envelope)
        if is_taken:
            crew.start()  # where no thread can start, it waits for the next flush
        elif not crew.is_working():
            crew.desk.tidy()
        return is_taken

    def flush(self, timeout: float) -> bool:
        """See :meth:`Transport.flush`."""
        desk = self.crew.desk
        return desk.is_quiet() or self._settle(self.crew, desk.deadline(timeout))

    def close(self, timeout: float) -> bool:
        """See :meth:`Transport.close`."""
        crew = self.crew
        deadline = crew.desk.deadline(timeout)
        crew.desk.mailbox.leave(Delivery.close)
        is_settled = self._settle(crew, deadline)
        crew.desk.abandon()
        if not crew.is_working():
            crew.desk.drive(monotonic())
            crew.desk.courier.close()
        crew.join(deadline)
        return is_settled

    @property
    def stats(self) -> Stats:
        """See :attr:`Transport.stats`; counts all that was handed over before."""
        crew = self.crew
        if crew.is_working() and threading.get_ident() not in crew.desk.own_threads:
            crew.desk.await_taken_in(COUNTING_TAKES)
        return crew.desk.stats()

    def note_loss(self, reason: str, category: str, quantity: int) -> None:
        """See :meth:`Transport.note_loss`."""
        super().note_loss(reason, category, quantity)
        if not self.crew.is_working():
            self.desk.tidy()

    @staticmethod
    def _settle(crew: Crew, deadline: float) -> bool:
        """Have all that was left settled, by the clerk if there is anything for one to do."""
        desk = crew.desk
        waiter = desk.enlist()  # before the look at the clerk, who may be about to end
        if crew.is_working() or (desk.has_something_to_send() and crew.start()):
            return desk.await_settled(deadline, waiter)
        desk.drive(deadline)
        return waiter.is_settled
