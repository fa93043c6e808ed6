"""After a 413 less of the envelope is sent, once, and the books stay true."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from rookery.delivery.actions import Answered, Send
from rookery.delivery.machine import Delivery
from rookery.delivery.retry import RetryPolicy
from rookery.delivery.terms import Terms
from rookery.envelope import Envelope, Item
from rookery.event.trimming import fit
from tests.delivery.samples import OK, attachment, error

if TYPE_CHECKING:
    from collections.abc import Callable

TOO_LARGE = Answered(413)


def large(size: int = 5000, *more: Item) -> Envelope:
    event = {"event_id": "0" * 32, "extra": {"a": "x" * size}}
    return Envelope({"event_id": "0" * 32}, [Item.from_json("event", event, fit=fit), *more])


def sent(delivery: Delivery) -> Send:
    action = delivery.next_action(0.0)
    assert isinstance(action, Send)
    return action


def balanced(delivery: Delivery) -> bool:
    stats = delivery.stats
    held = delivery.buffer.held.values()
    return (
        stats.offered == stats.delivered + sum(stats.dropped.values()) + stats.pending
        and stats.pending_bytes == sum(parcel.size for parcel in held)
        and stats.pending == sum(len(parcel.envelope.items) for parcel in held)
    )


def test_a_smaller_event_takes_the_place_of_one_that_was_too_large() -> None:
    delivery = Delivery(Terms(retries=RetryPolicy(total=0)))
    delivery.offer(large(), 0.0)
    first = sent(delivery)
    delivery.settle(first.ticket, TOO_LARGE, 0.0)
    assert delivery.stats.pending == 1
    assert balanced(delivery)

    second = sent(delivery)
    assert second.envelope.size < first.envelope.size / 2
    assert second.envelope.event_id == first.envelope.event_id
    delivery.settle(second.ticket, OK, 0.0)
    assert (delivery.stats.delivered, delivery.stats.attempts) == (1, 2)
    assert balanced(delivery)


def test_it_is_tried_once() -> None:
    delivery = Delivery(Terms())
    delivery.offer(large(), 0.0)
    for _ in range(2):
        delivery.settle(sent(delivery).ticket, TOO_LARGE, 0.0)
    assert delivery.stats.dropped == {("send_error", "error"): 1}
    assert delivery.stats.attempts == 2
    assert balanced(delivery)


def test_attachments_stay_behind_and_are_counted() -> None:
    delivery = Delivery(Terms(notes_losses=True))
    delivery.offer(large(10, attachment(9000), attachment(8)), 0.0)
    delivery.settle(sent(delivery).ticket, TOO_LARGE, 0.0)
    assert delivery.stats.dropped == {("send_error", "attachment"): 2}
    assert balanced(delivery)

    second = sent(delivery)
    assert [item.type for item in second.envelope.items] == ["event", "client_report"]
    delivery.settle(second.ticket, OK, 0.0)
    assert delivery.stats.delivered == 1
    (lost,) = delivery.losses
    assert [item.type for item in lost.envelope.items] == ["attachment", "attachment"]
    assert balanced(delivery)


@pytest.mark.parametrize(
    "envelope",
    [error(size=5000), Envelope(items=[attachment(5000)])],
    ids=["no way to shrink it", "no event"],
)
def test_what_cannot_be_made_smaller_is_dropped_at_once(envelope: Envelope) -> None:
    delivery = Delivery(Terms())
    delivery.offer(envelope, 0.0)
    delivery.settle(sent(delivery).ticket, TOO_LARGE, 0.0)
    assert delivery.stats.pending == 0
    assert delivery.stats.attempts == 1
    assert balanced(delivery)


def fails(_: Envelope) -> Envelope:
    raise RuntimeError("no")


@pytest.mark.parametrize(
    "shrink", [fails, lambda _: None, lambda given: given, lambda _: Envelope()]
)
def test_a_shrink_that_shrinks_nothing_is_no_reason_to_try_again(
    shrink: Callable[[Envelope], Envelope | None],
) -> None:
    delivery = Delivery(Terms(shrink=shrink))
    delivery.offer(large(), 0.0)
    delivery.settle(sent(delivery).ticket, TOO_LARGE, 0.0)
    assert delivery.stats.dropped == {("send_error", "error"): 1}
    assert balanced(delivery)


def test_what_was_shrunk_still_has_its_retries() -> None:
    delivery = Delivery(Terms(retries=RetryPolicy(total=1, status_forcelist=frozenset({503}))))
    delivery.offer(large(), 0.0)
    for answer in (TOO_LARGE, Answered(503), OK):
        delivery.settle(sent(delivery).ticket, answer, 0.0)
    assert delivery.stats.delivered == 1
    assert delivery.stats.attempts == 3
