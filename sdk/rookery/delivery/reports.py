"""Losses on their way to the server, as client reports (protocol: client reports).

Rule 1: whoever drops an item notes it here, once.
Rule 2: reports are lossy. A report that does not arrive is not sent again, and is no loss itself.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from rookery.envelope import Item

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rookery.delivery.ledger import Counted

RIDES_ALONG_AFTER = 30.0
"""Seconds after the last report until an outgoing envelope takes the next one along."""
GOES_ALONE_AFTER = 60.0
"""Seconds after the first loss until it is worth a request of its own."""
CLIENT_REPORT = "client_report"


class Reports:
    """Discarded quantities by (reason, category), gathered for the next report."""

    __slots__ = ("discarded", "is_asked_for", "noted_at", "sent_at")

    def __init__(self) -> None:
        self.discarded: Counter[tuple[str, str]] = Counter()
        self.noted_at = 0.0
        self.sent_at = float("-inf")
        self.is_asked_for = False
        """A flush wants what is noted to leave without waiting for its time."""

    def note(self, reason: str, category: str, quantity: int, now: float) -> None:
        """One loss, in the unit of its category (bytes for attachments, else a count)."""
        if not self.discarded:
            self.noted_at = now
        self.discarded[reason, category] += quantity

    def note_items(self, reason: str, items: Iterable[Counted], now: float) -> None:
        """The loss of items, of which a report itself is none."""
        for item in items:
            if item.type != CLIENT_REPORT:
                for category, quantity in item.quantities:
                    self.note(reason, category, quantity, now)

    def due_alone(self) -> float:
        """When a report of its own is due; infinity without losses, minus infinity: at once."""
        if not self.discarded:
            return float("inf")
        return float("-inf") if self.is_asked_for else self.noted_at + GOES_ALONE_AFTER

    def rides_along(self, now: float) -> bool:
        """Whether an envelope that leaves at ``now`` takes a report along."""
        return bool(self.discarded) and now - self.sent_at >= RIDES_ALONG_AFTER

    def take(self, now: float) -> Item:
        """The report of all that was noted, which is forgotten here."""
        events = [
            {"reason": reason, "category": category, "quantity": quantity}
            for (reason, category), quantity in sorted(self.discarded.items())
        ]
        self.discarded.clear()
        self.sent_at = now
        return Item.from_json(CLIENT_REPORT, {"discarded_events": events})
