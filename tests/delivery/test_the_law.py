"""offered = delivered + dropped + pending, whatever happens in whatever order."""

from __future__ import annotations

from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from rookery.delivery.actions import Answered, Failed, Failure, Send
from rookery.delivery.machine import Delivery
from rookery.delivery.retry import RetryPolicy
from rookery.delivery.terms import Terms
from rookery.envelope import Envelope, Item
from rookery.event.trimming import fit
from tests.delivery.samples import attachment, error

OUTCOMES = st.one_of(
    st.builds(
        Answered,
        st.sampled_from([200, 302, 400, 413, 429, 500, 503]),
        st.fixed_dictionaries(
            {},
            optional={
                "Retry-After": st.sampled_from(["1", "30", "never"]),
                "X-Sentry-Rate-Limits": st.sampled_from(
                    ["5:error", "5:attachment", "9::key", "1:session", "broken"]
                ),
            },
        ),
    ),
    st.builds(Failed, st.sampled_from(Failure)),
)


class Books(RuleBasedStateMachine):
    """A machine in the hands of chance."""

    def __init__(self) -> None:
        super().__init__()
        self.delivery = Delivery(Terms())
        self.now = 0.0
        self.offered = 0
        self.told = 0
        self.tickets: list[int] = []

    @rule(
        maxsize=st.sampled_from([0, 1, 3]),
        maxbytes=st.sampled_from([0, 400, 2000]),
        overflow=st.sampled_from(["drop_newest", "drop_oldest"]),
        concurrency=st.integers(1, 3),
        retries=st.builds(
            RetryPolicy,
            total=st.integers(0, 3),
            connect=st.none() | st.integers(0, 2),
            backoff_factor=st.sampled_from([0.0, 1.0]),
            status_forcelist=st.sampled_from([frozenset(), frozenset({429, 503})]),
        ),
        pauses=st.booleans(),
    )
    def begin_again(self, **terms: Any) -> None:
        self.delivery = Delivery(Terms(**terms, notes_losses=True))
        self.offered, self.told, self.tickets = 0, 0, []

    @rule(
        size=st.sampled_from([0, 300, 5000]), attachments=st.integers(0, 2), shrinks=st.booleans()
    )
    def offer(self, size: int, attachments: int, shrinks: bool) -> None:
        event = error(self.offered, size)
        told = [Item.from_json("event", event.event, fit=fit)] if shrinks else event.items
        items = [*told, *(attachment() for _ in range(attachments))]
        self.delivery.offer(Envelope(event.headers, items), self.now)
        self.offered += len(items)

    @rule()
    def offer_what_cannot_be_serialised(self) -> None:
        event = Envelope({}, error().items).with_items([*broken().items])
        self.delivery.offer(event, self.now)
        self.offered += 1

    @rule()
    def ask_for_an_action(self) -> None:
        action = self.delivery.next_action(self.now)
        if isinstance(action, Send):
            self.tickets.append(action.ticket)

    @rule(outcome=OUTCOMES, chance=st.floats(0, 0.99), which=st.integers(0, 9))
    def settle(self, outcome: Any, chance: float, which: int) -> None:
        if self.tickets:
            ticket = self.tickets.pop(which % len(self.tickets))
            self.delivery.settle(ticket, outcome, self.now, chance)

    @rule(ticket=st.integers(-1, 99))
    def settle_what_is_unknown_or_long_over(self, ticket: int) -> None:
        if ticket not in self.tickets:
            self.delivery.settle(ticket, Answered(200), self.now)

    @rule(seconds=st.sampled_from([0.1, 1.0, 10.0, 100.0]))
    def let_time_pass(self, seconds: float) -> None:
        self.now += seconds

    @rule()
    def flush(self) -> None:
        self.delivery.ask_for_report()

    @rule()
    def note_a_loss(self) -> None:
        self.delivery.note_loss("before_send", "error", 1, self.now)

    @rule()
    def close(self) -> None:
        self.delivery.close()

    @rule()
    def abandon(self) -> None:
        self.delivery.abandon(self.now)

    @rule()
    def fork(self) -> None:
        self.delivery = self.delivery.successor()
        self.offered, self.told, self.tickets = 0, 0, []

    @invariant()
    def the_books_balance(self) -> None:
        stats = self.delivery.stats
        dropped = sum(stats.dropped.values())

        assert stats.offered == self.offered
        assert stats.offered == stats.delivered + dropped + stats.pending

    @invariant()
    def the_books_agree_with_what_is_held(self) -> None:
        held = self.delivery.buffer.held.values()

        assert self.delivery.stats.pending == sum(len(p.envelope.items) for p in held)
        assert self.delivery.stats.pending_bytes == sum(p.size for p in held)
        assert self.delivery.buffer.held_bytes == sum(p.size for p in held)

    @invariant()
    def the_bounds_hold(self) -> None:
        terms, buffer = self.delivery.terms, self.delivery.buffer

        assert not terms.maxsize or len(buffer) <= terms.maxsize
        assert not terms.maxbytes or buffer.held_bytes <= terms.maxbytes
        assert len(self.delivery.in_flight) <= terms.concurrency

    @invariant()
    def every_loss_is_told(self) -> None:
        if self.delivery.terms.notes_losses:
            told = sum(len(lost.envelope.items) for lost in self.delivery.losses)
            assert told == sum(self.delivery.stats.dropped.values())


def broken() -> Envelope:
    """An envelope that has no JSON."""
    return Envelope({}, [Item.from_json("event", {"ratio": float("inf")})])


TestBooks = Books.TestCase
TestBooks.settings = settings(max_examples=300, stateful_step_count=60, deadline=None)
