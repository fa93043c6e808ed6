"""The count of what was offered, and of what became of it.

Rule 1: offered = delivered + dropped + pending, at every moment. So each transition is *one*
        assignment of an immutable :class:`Stats`, and no reader, in whatever thread or signal
        handler, can find the books open.
Rule 2: the unit is the item. An envelope may lose its attachment to a rate limit and deliver its
        event; in envelopes that could not be told.
"""

from __future__ import annotations

from collections import Counter
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from rookery.envelope import Envelope

Loss = tuple[str, str]
"""(reason, category)."""


class Stats(NamedTuple):
    """A transport's books at one moment, in items (``pending_bytes``: bytes of whole envelopes)."""

    offered: int = 0
    delivered: int = 0
    dropped: Mapping[Loss, int] = MappingProxyType({})
    """``{(reason, category): items}``, e.g. ``{("queue_overflow", "error"): 3}``."""
    pending: int = 0
    pending_bytes: int = 0
    attempts: int = 0
    """Requests made, those for client reports included."""


class Lost(NamedTuple):
    """What was dropped, and why."""

    envelope: Envelope
    reason: str


class Counted(Protocol):
    """What the books need of an item."""

    @property
    def type(self) -> str: ...
    @property
    def category(self) -> str: ...
    @property
    def quantities(self) -> tuple[tuple[str, int], ...]: ...


class Slip(NamedTuple):
    """An item without its payload: enough to count it by, and small enough to keep."""

    type: str
    category: str
    quantities: tuple[tuple[str, int], ...]
    """What a client report has to say of it, e.g. a log's entries and its bytes."""

    @classmethod
    def of(cls, item: Counted) -> Slip:
        """The slip of an item."""
        return cls(item.type, item.category, item.quantities)


class Ledger:
    """The books of one machine; ``stats`` is replaced, never changed."""

    __slots__ = ("stats",)

    def __init__(self) -> None:
        self.stats = Stats()

    def accept(self, items: int, size: int) -> None:
        """Offered and taken."""
        now = self.stats
        self.stats = now._replace(
            offered=now.offered + items,
            pending=now.pending + items,
            pending_bytes=now.pending_bytes + size,
        )

    def refuse(self, items: Iterable[Counted], reason: str) -> None:
        """Offered and dropped in one."""
        losses = count(items, reason)
        now = self.stats
        self.stats = now._replace(
            offered=now.offered + losses.total(), dropped=add(now.dropped, losses)
        )

    def drop(self, items: Iterable[Counted], reason: str, size: int) -> None:
        """Pending until now, and given up."""
        losses = count(items, reason)
        now = self.stats
        self.stats = now._replace(
            pending=now.pending - losses.total(),
            pending_bytes=now.pending_bytes - size,
            dropped=add(now.dropped, losses),
        )

    def deliver(self, items: int, size: int) -> None:
        """Pending until now, and accepted by the server."""
        now = self.stats
        self.stats = now._replace(
            delivered=now.delivered + items,
            pending=now.pending - items,
            pending_bytes=now.pending_bytes - size,
        )

    def attempt(self) -> None:
        """One more request."""
        self.stats = self.stats._replace(attempts=self.stats.attempts + 1)


def count(items: Iterable[Counted], reason: str) -> Counter[Loss]:
    """Items by (reason, category)."""
    return Counter((reason, item.category) for item in items)


def add(dropped: Mapping[Loss, int], losses: Counter[Loss]) -> Mapping[Loss, int]:
    """The sum of the two, as a new read-only mapping."""
    return MappingProxyType(dict(losses + Counter(dropped)))


def total(books: Iterable[Stats]) -> Stats:
    """The sum of several books. Each of them balances, so it does too."""
    offered, delivered, dropped, *pending_and_attempts = zip(*books, strict=True)
    losses: Counter[Loss] = sum(map(Counter, dropped), Counter())
    return Stats(sum(offered), sum(delivered), losses, *map(sum, pending_and_attempts))
