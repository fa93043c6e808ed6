"""What was left for a machine and is not taken in yet.

Anybody may leave something here, at any time and from anywhere: a signal handler, ``__del__``, a
garbage collection callback. So leaving takes no lock that such code could find held; it is one
append to a deque and one put to a ``SimpleQueue``, both atomic, the latter re-entrant by its
documentation.

Taking in is for one thread at a time. Each thing leaves the box only once it is in the books, so
that at no moment it is in neither.
"""

from __future__ import annotations

from collections import Counter, deque
from contextlib import suppress
from queue import Empty, SimpleQueue
from time import monotonic
from typing import TYPE_CHECKING

from rookery.delivery.ledger import Slip, add
from rookery_transports.waiting import LONGEST_WAIT

if TYPE_CHECKING:
    from collections.abc import Callable

    from rookery.delivery.ledger import Stats
    from rookery.delivery.machine import Delivery
    from rookery.envelope import Envelope

    Note = Callable[[Delivery], object]


class Mailbox:
    """Envelopes handed over, slips of those refused, and notes: things to do with the machine."""

    def __init__(self) -> None:
        self.handed: deque[Envelope] = deque()
        self.refused: deque[tuple[tuple[Slip, ...], str]] = deque()
        self._notes: SimpleQueue[Note] = SimpleQueue()
        self._opened: deque[Note] = deque()

    # For anybody.

    def hand_over(self, envelope: Envelope) -> None:
        """Leave an envelope."""
        self.handed.append(envelope)
        self._notes.put(wake)

    def turn_away(self, envelope: Envelope, reason: str) -> None:
        """Leave the slips of an envelope that is refused; nobody need wake up for them."""
        self.refused.append((tuple(map(Slip.of, envelope.items)), reason))

    def leave(self, note: Note) -> None:
        """Leave something to be done with the machine."""
        self._notes.put(note)

    def leave_open(self, note: Note) -> None:
        """Leave something, and wake nobody up: who does so takes it in, or wakes somebody."""
        self._opened.append(note)

    def has_mail(self) -> bool:
        """Whether anything is here."""
        return bool(self.handed or self.refused or self._opened) or not self._notes.empty()

    def added_to(self, books: Stats) -> Stats:
        """The books, with what is here."""
        handed = sum(len(envelope.items) for envelope in self.handed.copy())
        refused = Counter(
            (reason, slip.category) for slips, reason in self.refused.copy() for slip in slips
        )
        return books._replace(
            offered=books.offered + handed + refused.total(),
            pending=books.pending + handed,
            dropped=add(books.dropped, refused),
        )

    # For whoever takes in.

    def listen(self, until: float | None) -> None:
        """Sleep until something is left here, or until ``until`` (monotonic seconds)."""
        timeout = None if until is None else max(0.0, min(until - monotonic(), LONGEST_WAIT))
        with suppress(Empty):
            self._opened.append(self._notes.get(timeout=timeout))

    def take_in(self, delivery: Delivery, most: int | None = None) -> None:
        """Take in all that is here, in the order in which it was left.

        With ``most``, so many envelopes, and the rest only if no more are here: an envelope costs
        some time to weigh, which an event loop has not at a stretch.
        """
        self.take_over(delivery, most)
        if self.handed and most is not None:
            return
        while (note := self._next_note()) is not None:
            self.take_over(delivery)  # what was handed over before the note comes before it
            note(delivery)
        self.take_over(delivery)
        self.count_refused(delivery)

    def take_over(self, delivery: Delivery, most: int | None = None) -> None:
        """Offer the envelopes here, or so many of them, to the machine."""
        for _ in range(len(self.handed) if most is None else min(most, len(self.handed))):
            delivery.offer(self.handed[0], monotonic())
            self.handed.popleft()

    def count_refused(self, delivery: Delivery) -> None:
        """Count what was refused."""
        while self.refused:
            slips, reason = self.refused[0]
            delivery.count_refusal(slips, reason, monotonic())
            self.refused.popleft()

    def _next_note(self) -> Note | None:
        try:
            return self._opened.popleft() if self._opened else self._notes.get_nowait()
        except (IndexError, Empty):
            return None


def wake(_: Delivery) -> None:
    """Nothing but a reason to look at the box."""
