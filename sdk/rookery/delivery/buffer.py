"""What a transport holds: queued, in flight and waiting for a retry, within two bounds.

Rule 1: everything held counts against the bounds, wherever it waits.
Rule 2: an envelope in flight cannot be recalled, so ``drop_oldest`` never picks one.
"""

from __future__ import annotations

import heapq
from collections import OrderedDict, deque
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from rookery.delivery.retry import RetryPolicy
    from rookery.envelope import Envelope

Overflow = Literal["drop_newest", "drop_oldest"]
UNBOUNDED = 0


class Parcel:
    """An envelope on its way: its number, its size in bytes, and the tries that it has left."""

    __slots__ = ("due", "envelope", "is_in_flight", "is_shrunk", "policy", "size", "ticket")

    def __init__(self, ticket: int, envelope: Envelope, size: int, policy: RetryPolicy) -> None:
        self.ticket = ticket
        self.envelope = envelope
        self.size = size
        self.policy = policy
        self.due = 0.0
        self.is_in_flight = False
        self.is_shrunk = False


class Buffer:
    """Parcels in the order of their tickets, with a queue of new ones and one of retries."""

    __slots__ = ("fresh", "held", "held_bytes", "later", "maxbytes", "maxsize", "overflow")

    def __init__(self, maxsize: int, maxbytes: int, overflow: Overflow) -> None:
        self.maxsize = maxsize
        self.maxbytes = maxbytes
        self.overflow = overflow
        # Ordered, because a plain dict is slow at finding its first key once many are deleted.
        self.held: OrderedDict[int, Parcel] = OrderedDict()
        self.held_bytes = 0
        self.fresh: deque[Parcel] = deque()
        self.later: list[tuple[float, int, Parcel]] = []

    def __len__(self) -> int:
        return len(self.held)

    def has_room(self, size: int) -> bool:
        """Whether one more parcel of this size keeps both bounds."""
        return self._fits(len(self.held), self.held_bytes + size)

    def make_room(self, size: int) -> list[Parcel] | None:
        """Release the oldest parcels until one of this size fits; None when it must be refused."""
        if self.has_room(size):
            return []
        evicted = self._give_way(size) if self.overflow == "drop_oldest" else None
        for parcel in evicted or ():
            self.release(parcel)
        return evicted

    def _give_way(self, size: int) -> list[Parcel] | None:
        """The oldest parcels without which one of this size would fit, if there are enough."""
        count, held_bytes, giving = len(self.held), self.held_bytes, []
        for parcel in self.held.values():
            if parcel.is_in_flight:
                continue
            giving.append(parcel)
            count, held_bytes = count - 1, held_bytes - parcel.size
            if self._fits(count, held_bytes + size):
                return giving
        return None

    def _fits(self, count: int, total_bytes: int) -> bool:
        """Whether one more parcel beside ``count`` others keeps both bounds."""
        few = self.maxsize == UNBOUNDED or count < self.maxsize
        return few and (self.maxbytes == UNBOUNDED or total_bytes <= self.maxbytes)

    def add(self, parcel: Parcel) -> None:
        """Hold a new parcel."""
        self.held[parcel.ticket] = parcel
        self.held_bytes += parcel.size
        self.fresh.append(parcel)

    def release(self, parcel: Parcel) -> None:
        """Hold it no longer. The queues let go of it when they come upon it."""
        del self.held[parcel.ticket]
        self.held_bytes -= parcel.size

    def shrink(self, parcel: Parcel, envelope: Envelope, size: int) -> None:
        """Go on with less of its envelope."""
        self.held_bytes += size - parcel.size
        parcel.envelope, parcel.size = envelope, size

    def postpone(self, parcel: Parcel, due: float) -> None:
        """Take it up again at ``due``."""
        parcel.due = due
        heapq.heappush(self.later, (due, parcel.ticket, parcel))

    def first_fresh(self) -> Parcel | None:
        """The oldest parcel that was never tried."""
        while self.fresh and self.fresh[0].ticket not in self.held:
            self.fresh.popleft()
        return self.fresh[0] if self.fresh else None

    def first_retry(self) -> Parcel | None:
        """The retry that is due first."""
        while self.later and self.later[0][1] not in self.held:
            heapq.heappop(self.later)
        return self.later[0][2] if self.later else None

    def take_fresh(self) -> Parcel | None:
        """The oldest parcel that was never tried, out of its queue."""
        return self.fresh.popleft() if self.first_fresh() else None

    def take_retry(self, now: float) -> Parcel | None:
        """The retry that is due first, out of its queue; None if none is due yet."""
        parcel = self.first_retry()
        if parcel is None or parcel.due > now:
            return None
        heapq.heappop(self.later)
        return parcel

    def oldest_ticket(self) -> int | None:
        """The lowest ticket held."""
        return next(iter(self.held), None)
