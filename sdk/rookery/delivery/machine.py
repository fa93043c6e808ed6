"""The machine: envelopes in, actions out, outcomes in, and the books kept all the while.

::

    offer(envelope) --> [buffer] --> next_action() --> Send --> (a driver posts) --> settle(outcome)
                                                                                        |
                          <-- retry: due later ---------------------------------------- + --> books

Rule 1: one caller at a time. A driver sees to that; the machine has no lock.
Rule 2: limits are applied when something is about to leave, so that what was learnt meanwhile
        holds for what was queued (protocol: rate limits, required behaviour).
Rule 3: a retry holds up its own envelope alone; for the exception see :mod:`rookery.delivery.link`.
"""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

from rookery.delivery.actions import Answered, Idle, Send, Stop, Wait
from rookery.delivery.buffer import Buffer, Parcel
from rookery.delivery.headers import retry_after
from rookery.delivery.ledger import Ledger, Lost, Stats
from rookery.delivery.link import Link
from rookery.delivery.ratelimits import RateLimits
from rookery.delivery.reports import Reports
from rookery.delivery.shrinking import left_behind, smaller
from rookery.delivery.verdicts import Verdict, is_too_large, is_unreachable, judge, retried_as
from rookery.envelope import Envelope

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rookery.delivery.actions import Action, Outcome
    from rookery.delivery.ledger import Counted
    from rookery.delivery.terms import Terms
    from rookery.envelope import Item

QUEUE_OVERFLOW = "queue_overflow"
RATELIMIT_BACKOFF = "ratelimit_backoff"
INTERNAL_SDK_ERROR = "internal_sdk_error"
CLOSED = "closed"
SHUTDOWN_TIMEOUT = "shutdown_timeout"
NEVER = float("inf")


class Delivery:
    """The decisions of one transport in one process. Times are monotonic seconds."""

    def __init__(self, terms: Terms, limits: RateLimits | None = None) -> None:
        self.terms = terms
        self.limits = limits or RateLimits()
        self.ledger = Ledger()
        self.buffer = Buffer(terms.maxsize, terms.maxbytes, terms.overflow)
        self.link = Link(pauses=terms.pauses)
        self.reports = Reports()
        self.in_flight: dict[int, Parcel] = {}
        self.is_closed = False
        self.losses: deque[Lost] = deque()
        """What was lost and not told to ``on_drop`` yet; always empty unless the terms ask for it."""
        self._last_ticket = 0

    @property
    def stats(self) -> Stats:
        """The books. Reading them is safe from anywhere, at any time."""
        return self.ledger.stats

    def offer(self, envelope: Envelope, now: float) -> bool:
        """Take an envelope over, or refuse and count it."""
        if self.is_closed:
            return self.refuse(envelope, CLOSED, now)
        try:
            size = envelope.size
        except Exception:  # noqa: BLE001 - whatever a value raises when it becomes JSON
            return self.refuse(envelope, INTERNAL_SDK_ERROR, now)
        evicted = self.buffer.make_room(size)
        for parcel in evicted or ():
            self._drop(parcel, parcel.envelope.items, Verdict(QUEUE_OVERFLOW), now)
        if evicted is None:
            return self.refuse(envelope, QUEUE_OVERFLOW, now)
        if envelope.items:
            self.buffer.add(Parcel(self._ticket(), envelope, size, self.terms.retries))
            self.ledger.accept(len(envelope.items), size)
        return True

    def refuse(self, envelope: Envelope, reason: str, now: float) -> bool:
        """Count an envelope that is not taken over. Always False."""
        self.count_refusal(envelope.items, reason, now)
        if self.terms.notes_losses:
            self.losses.append(Lost(envelope, reason))
        return False

    def count_refusal(self, items: Sequence[Counted], reason: str, now: float) -> None:
        """Count what was refused before it came here, and told to ``on_drop`` there."""
        self.ledger.refuse(items, reason)
        if reason != CLOSED:
            self._report(items, Verdict(reason), now)

    def next_action(self, now: float) -> Action:
        """What a driver has to do now."""
        if len(self.in_flight) >= self._most_in_flight():
            return Idle()
        while (parcel := self._next_parcel(now)) is not None:
            if self._keep_what_is_open(parcel, now):
                return self._send(parcel, self._with_report(parcel.envelope, now))
        if now >= self._report_due(now):
            return self._send_report(now)
        return self._rest(now)

    def settle(self, ticket: int, outcome: Outcome, now: float, chance: float = 0.0) -> None:
        """Note what came of a :class:`Send`. ``chance`` in [0, 1) places a retry's jitter.

        A ticket that is not in flight any more is passed over.
        """
        parcel = self.in_flight.pop(ticket, None)
        if parcel is None:
            return
        self._learn(outcome, now)
        parcel.is_in_flight = False
        if parcel.ticket not in self.buffer.held:  # a report of its own
            return
        is_again = self._shrink(parcel, outcome, now) or self._retry(parcel, outcome, now, chance)
        if not is_again:
            self._finish(parcel, judge(outcome), now)

    def take_back(self, ticket: int, now: float) -> None:
        """A :class:`Send` was broken off by who carried it: due again at once, no retry spent."""
        parcel = self.in_flight.pop(ticket, None)
        if parcel is not None and parcel.ticket in self.buffer.held:
            parcel.is_in_flight = False
            self.buffer.postpone(parcel, now)

    def take_all_back(self, now: float) -> None:
        """:meth:`take_back` of all that is in flight: who carried it is gone."""
        for ticket in list(self.in_flight):
            self.take_back(ticket, now)

    def note_loss(self, reason: str, category: str, quantity: int, now: float) -> None:
        """A loss before anything was offered: for the client report, not for the books."""
        if self.terms.send_client_reports and not self.is_closed:
            self.reports.note(reason, category, quantity, now)

    def ask_for_report(self) -> int:
        """A flush begins: reports need not wait for their time. Gives the flush's mark."""
        self.reports.is_asked_for = True
        return self._last_ticket

    def is_settled(self, mark: int) -> bool:
        """Whether all that was accepted up to the mark is delivered or dropped."""
        oldest = self.buffer.oldest_ticket()
        return oldest is None or oldest > mark

    def is_reporting(self, now: float) -> bool:
        """Whether a report is on its way or about to leave."""
        in_flight = any(ticket not in self.buffer.held for ticket in self.in_flight)
        return in_flight or now >= self._report_due(now)

    def close(self) -> None:
        """Refuse from now on; what is held is still sent."""
        self.is_closed = True
        self.reports.is_asked_for = True

    def abandon(self, now: float) -> None:
        """Give up all that is held, in flight too."""
        for parcel in list(self.buffer.held.values()):
            self.buffer.release(parcel)
            self._drop(parcel, parcel.envelope.items, Verdict(SHUTDOWN_TIMEOUT), now)
        self.in_flight.clear()
        self.reports.discarded.clear()

    def successor(self) -> Delivery:
        """The machine of a forked child: nothing held, nothing counted, the server's word kept."""
        child = Delivery(self.terms, self.limits)
        child.is_closed = self.is_closed
        return child

    def _ticket(self) -> int:
        self._last_ticket += 1
        return self._last_ticket

    def _most_in_flight(self) -> int:
        return 1 if self.link.is_down else self.terms.concurrency

    def _next_parcel(self, now: float) -> Parcel | None:
        """The parcel to send now: a retry that is due, else the oldest new one."""
        retry = self.buffer.take_retry(now)
        if retry is not None or now < self.link.resumes_at:
            return retry
        return self.buffer.take_fresh()

    def _keep_what_is_open(self, parcel: Parcel, now: float) -> bool:
        """Drop the items that a limit closes; whether anything is left to send."""
        items = parcel.envelope.items
        limited = [item for item in items if self.limits.is_limited(item.category, now)]
        if not limited:
            return True
        left = parcel.envelope.with_items(
            [i for i in items if not self.limits.is_limited(i.category, now)]
        )
        before = parcel.size
        self.buffer.shrink(parcel, left, left.size if left.items else 0)
        self.ledger.drop(limited, RATELIMIT_BACKOFF, before - parcel.size)
        self._tell(left, limited, Verdict(RATELIMIT_BACKOFF), now)
        if not left.items:
            self.buffer.release(parcel)
        return bool(left.items)

    def _with_report(self, envelope: Envelope, now: float) -> Envelope:
        if not self.reports.rides_along(now) or self.limits.is_limited("internal", now):
            return envelope
        return envelope.with_items((*envelope.items, self.reports.take(now)))

    def _send(self, parcel: Parcel, envelope: Envelope) -> Send:
        parcel.is_in_flight = True
        self.in_flight[parcel.ticket] = parcel
        self.ledger.attempt()
        return Send(parcel.ticket, envelope)

    def _send_report(self, now: float) -> Send:
        """A request for the report alone. Its parcel is not held: it is no one's loss."""
        envelope = Envelope(items=[self.reports.take(now)])
        return self._send(Parcel(self._ticket(), envelope, 0, self.terms.retries), envelope)

    def _report_due(self, now: float) -> float:
        closed = self.link.is_down or self.limits.is_limited("internal", now)
        return NEVER if closed else self.reports.due_alone()

    def _rest(self, now: float) -> Action:
        """What to do when nothing can leave at ``now``."""
        if not self.buffer.held:
            self.reports.is_asked_for = self.is_closed
            if self.is_closed and not self.in_flight:
                return Stop()
        retry = self.buffer.first_retry()
        until = min(
            retry.due if retry else NEVER,
            self.link.resumes_at if self.buffer.first_fresh() else NEVER,
            self._report_due(now),
        )
        return Idle() if until == NEVER else Wait(until)

    def _learn(self, outcome: Outcome, now: float) -> None:
        if isinstance(outcome, Answered):
            self.limits = self.limits.learn(outcome.status, outcome.headers, now)
            self.link.reached()
        elif is_unreachable(outcome):
            self.link.missed(now)

    def _shrink(self, parcel: Parcel, outcome: Outcome, now: float) -> bool:
        """Go on with less of an envelope that was too large, once."""
        if parcel.is_shrunk or not is_too_large(outcome):
            return False
        parcel.is_shrunk = True
        less = smaller(parcel.envelope, self.terms.shrink)
        if less is None:
            return False
        lost, before, verdict = left_behind(parcel.envelope, less), parcel.size, judge(outcome)
        self.buffer.shrink(parcel, less, less.size)
        assert verdict.reason is not None
        self.ledger.drop(lost, verdict.reason, before - parcel.size)
        if lost:
            self._tell(less, lost, verdict, now)
        self.buffer.postpone(parcel, now)
        return True

    def _retry(self, parcel: Parcel, outcome: Outcome, now: float, chance: float) -> bool:
        """Put it off to its next try, if it has one."""
        kind = retried_as(outcome, parcel.policy)
        policy = parcel.policy.spend(kind) if kind else None
        if policy is None:
            return False
        parcel.policy = policy
        wish = retry_after(outcome.headers) if isinstance(outcome, Answered) else None
        self.buffer.postpone(parcel, now + policy.delay(chance, wish))
        return True

    def _finish(self, parcel: Parcel, verdict: Verdict, now: float) -> None:
        self.buffer.release(parcel)
        if verdict.reason is None:
            self.ledger.deliver(len(parcel.envelope.items), parcel.size)
        else:
            self._drop(parcel, parcel.envelope.items, verdict, now)

    def _drop(self, parcel: Parcel, items: Sequence[Item], verdict: Verdict, now: float) -> None:
        assert verdict.reason is not None
        self.ledger.drop(items, verdict.reason, parcel.size)
        self._tell(parcel.envelope, items, verdict, now)

    def _tell(
        self, envelope: Envelope, items: Sequence[Item], verdict: Verdict, now: float
    ) -> None:
        """Remember a loss for the next report and for ``on_drop``."""
        self._report(items, verdict, now)
        if self.terms.notes_losses and verdict.reason is not None:
            self.losses.append(Lost(envelope.with_items(items), verdict.reason))

    def _report(self, items: Sequence[Counted], verdict: Verdict, now: float) -> None:
        if verdict.reason and verdict.is_reported and self.terms.send_client_reports:
            self.reports.note_items(verdict.reason, items, now)
