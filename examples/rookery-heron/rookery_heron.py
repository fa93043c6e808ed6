"""For programs with a main loop of their own: events leave in ``tick()``, and nowhere else.

rookery.init("heron+https://key@errors.example.com/7")
while playing:
    draw()
    rookery_heron.tick()
"""

from __future__ import annotations

from time import monotonic
from typing import TYPE_CHECKING
from weakref import WeakSet

from rookery.delivery.actions import Send
from rookery.delivery.machine import Delivery
from rookery_transports import tls
from rookery_transports.driven import Driven

if TYPE_CHECKING:
    from rookery.envelope import Envelope
    from rookery.transport import Sender, Setup

NEVER = float("inf")


class TickDriver(Driven):
    """Sends when the program says so: no thread, no timer, nothing behind its back."""

    unsupported = frozenset({"concurrency"})  # a main loop does one thing at a time

    def submit(self, envelope: Envelope) -> bool:
        """Take it over, or refuse and count it. Nothing is sent."""
        desk = self.desk
        is_taken = desk.hand_over(envelope)
        desk.tidy()
        return is_taken

    def tick(self) -> bool:
        """Send one envelope, if there is one to be sent now; whether there was."""
        desk = self.desk
        action = desk.turn()
        if not isinstance(action, Send):
            return False
        desk.carry(action, desk.deadline(NEVER))
        desk.tidy()
        return True

    def flush(self, timeout: float) -> bool:
        """Send here and now, retries and their pauses included, until the deadline."""
        desk = self.desk
        if desk.is_quiet():
            return True
        deadline = desk.deadline(timeout)
        waiter = desk.enlist()
        desk.drive(deadline)
        return desk.await_settled(deadline, waiter)

    def close(self, timeout: float) -> bool:
        """Flush; what is left is given up and counted."""
        desk = self.desk
        desk.mailbox.leave(Delivery.close)
        is_settled = self.flush(timeout)
        desk.abandon()
        desk.drive(monotonic())
        desk.courier.close()
        return is_settled

    def note_loss(self, reason: str, category: str, quantity: int) -> None:
        """Note a loss of the client's for the next report."""
        super().note_loss(reason, category, quantity)
        self.desk.tidy()


class HeronTransport(TickDriver):
    """The driver above and the sender that ``threaded`` has."""

    backend = "rookery_heron_backend:HERON"

    def __init__(self, setup: Setup) -> None:
        tls.check(setup.settings)
        super().__init__(setup)
        FLOCK.add(self)

    def make_sender(self, setup: Setup) -> Sender:
        """Made when the first envelope leaves, which is when urllib3 is loaded."""
        from rookery_transports.senders.urllib3 import Urllib3Sender

        return Urllib3Sender(setup)


FLOCK: WeakSet[HeronTransport] = WeakSet()
"""The transports that wait for a tick."""


def tick() -> bool:
    """To be called once in each round of the main loop; whether anything was sent."""
    ticked = [heron.tick() for heron in list(FLOCK)]
    return any(ticked)
