"""What the machine decides, one decision at a time."""

from __future__ import annotations

import json
from typing import Any

import pytest

from rookery.delivery.actions import (
    Action,
    Answered,
    Failed,
    Failure,
    Idle,
    Outcome,
    Send,
    Stop,
    Wait,
)
from rookery.delivery.machine import Delivery
from rookery.delivery.retry import RetryPolicy
from rookery.delivery.terms import Terms
from rookery.envelope import Envelope, Item
from tests.delivery.samples import BROKEN, OK, REFUSED, RESET, attachment, error, limited

ONCE = RetryPolicy(total=0)


def machine(**terms: Any) -> Delivery:
    """A machine that tries everything once unless told otherwise."""
    return Delivery(Terms(**{"retries": ONCE, **terms}))


def sent(action: Action) -> Send:
    """The action, which has to be one to send."""
    assert isinstance(action, Send)
    return action


def exchange(delivery: Delivery, outcome: Outcome, now: float = 0.0) -> Envelope:
    """Send what is next, and settle it with this outcome."""
    action = sent(delivery.next_action(now))
    delivery.settle(action.ticket, outcome, now)
    return action.envelope


def reported(envelope: Envelope) -> list[tuple[str, str, int]]:
    """What the client report in an envelope says."""
    report = next(json.loads(i.payload) for i in envelope.items if i.type == "client_report")
    return [(e["reason"], e["category"], e["quantity"]) for e in report["discarded_events"]]


def test_envelopes_leave_in_the_order_in_which_they_came() -> None:
    delivery = machine()
    for number in range(3):
        delivery.offer(error(number), 0.0)

    assert [exchange(delivery, OK) for _ in range(3)] == [error(0), error(1), error(2)]
    assert delivery.stats.delivered == 3


def test_nothing_to_do_is_idleness_and_after_close_the_end() -> None:
    delivery = machine()
    assert delivery.next_action(0.0) == Idle()

    delivery.close()

    assert delivery.next_action(0.0) == Stop()


def test_close_sends_what_is_held_and_refuses_what_comes() -> None:
    delivery = machine()
    delivery.offer(error(), 0.0)
    delivery.close()

    assert not delivery.offer(error(1), 0.0)
    assert delivery.next_action(0.0) != Stop()
    assert delivery.stats.dropped == {("closed", "error"): 1}


def test_nothing_is_reported_that_comes_after_the_end() -> None:
    delivery = machine()
    delivery.close()
    delivery.offer(error(), 0.0)
    delivery.note_loss("before_send", "error", 1, 0.0)

    assert delivery.next_action(0.0) == Stop()


def test_no_more_is_in_flight_than_the_concurrency_allows() -> None:
    delivery = machine(concurrency=2)
    for number in range(3):
        delivery.offer(error(number), 0.0)
    first, second = sent(delivery.next_action(0.0)), sent(delivery.next_action(0.0))
    assert delivery.next_action(0.0) == Idle()

    delivery.settle(second.ticket, OK, 0.0)

    assert sent(delivery.next_action(0.0)).envelope == error(2)
    assert first.envelope == error(0)


def test_the_newest_is_refused_when_full() -> None:
    delivery = machine(maxsize=2)

    assert [delivery.offer(error(n), 0.0) for n in range(3)] == [True, True, False]
    assert delivery.stats.dropped == {("queue_overflow", "error"): 1}


def test_the_oldest_gives_way_when_asked_to_but_never_one_in_flight() -> None:
    delivery = machine(maxsize=2, overflow="drop_oldest")
    delivery.offer(error(0), 0.0)
    in_flight = sent(delivery.next_action(0.0))
    delivery.offer(error(1), 0.0)

    assert delivery.offer(error(2), 0.0)

    delivery.settle(in_flight.ticket, OK, 0.0)
    assert exchange(delivery, OK).items[0] == error(2).items[0]


def test_when_all_is_in_flight_even_the_oldest_cannot_give_way() -> None:
    delivery = machine(maxsize=1, overflow="drop_oldest")
    delivery.offer(error(0), 0.0)
    delivery.next_action(0.0)

    assert not delivery.offer(error(1), 0.0)
    assert delivery.stats.pending == 1


def test_bytes_are_bounded_too() -> None:
    size = error(0, 500).size
    delivery = machine(maxbytes=2 * size)

    assert [delivery.offer(error(n, 500), 0.0) for n in range(3)] == [True, True, False]
    assert delivery.stats.pending_bytes == 2 * size


def test_one_that_could_never_fit_costs_nobody_else_a_place() -> None:
    delivery = machine(maxbytes=1000, overflow="drop_oldest")
    delivery.offer(error(0), 0.0)

    assert not delivery.offer(error(1, 5000), 0.0)
    assert delivery.stats.pending == 1


def test_without_bounds_everything_is_taken() -> None:
    delivery = machine(maxsize=0, maxbytes=0)

    assert all(delivery.offer(error(n, 100), 0.0) for n in range(5000))


def test_an_event_that_cannot_be_serialised_is_our_own_error() -> None:
    delivery = machine()
    envelope = Envelope({}, [Item.from_json("event", {"ratio": float("nan")})])

    assert not delivery.offer(envelope, 0.0)
    assert delivery.stats.dropped == {("internal_sdk_error", "error"): 1}


def test_a_retry_waits_for_its_time_and_holds_up_nobody_else() -> None:
    delivery = machine(retries=RetryPolicy(total=3, backoff_factor=10.0))
    delivery.offer(error(0), 0.0)
    exchange(delivery, RESET)
    exchange(delivery, RESET)
    delivery.offer(error(1), 1.0)

    assert exchange(delivery, OK, 1.0).items[0] == error(1).items[0]
    assert delivery.next_action(1.0) == Wait(20.0)
    assert exchange(delivery, OK, 20.0) == error(0)


def test_what_was_tried_in_vain_is_one_loss() -> None:
    delivery = machine(retries=RetryPolicy(total=2))
    delivery.offer(error(), 0.0)
    for _ in range(3):
        exchange(delivery, RESET)

    assert delivery.stats.dropped == {("network_error", "error"): 1}
    assert delivery.stats.attempts == 3


def test_a_listed_status_is_retried_when_the_server_wishes() -> None:
    delivery = machine(retries=RetryPolicy(total=1, status_forcelist=frozenset({503})))
    delivery.offer(error(), 0.0)
    exchange(delivery, Answered(503, {"Retry-After": "7"}))

    assert delivery.next_action(0.0) == Wait(7.0)


def test_a_broken_sender_is_counted() -> None:
    delivery = machine()
    delivery.offer(error(), 0.0)
    exchange(delivery, BROKEN)

    assert delivery.stats.dropped == {("internal_sdk_error", "error"): 1}


def test_an_unreachable_server_pauses_everything_with_one_probe_at_a_time() -> None:
    delivery = machine(concurrency=4)
    for number in range(4):
        delivery.offer(error(number), 0.0)
    exchange(delivery, REFUSED)

    assert delivery.next_action(0.0) == Wait(0.5)
    sent(delivery.next_action(0.5))
    assert delivery.next_action(0.5) == Idle()


def test_the_pause_doubles_up_to_its_limit_and_an_answer_ends_it() -> None:
    delivery = machine()
    for number in range(10):
        delivery.offer(error(number), 0.0)
    pauses, now = [], 0.0
    for _ in range(8):
        exchange(delivery, REFUSED, now)
        pause = delivery.next_action(now)
        assert isinstance(pause, Wait)
        pauses.append(pause.until - now)
        now = pause.until

    assert pauses == [0.5, 1.0, 2.0, 4.0, 8.0, 16.0, 30.0, 30.0]
    exchange(delivery, Answered(500), now)
    assert exchange(delivery, OK, now).items


def test_an_outage_of_a_minute_costs_two_envelopes_and_not_the_queue() -> None:
    delivery = Delivery(Terms(retries=RetryPolicy(total=3, backoff_factor=0.5)))
    for number in range(100):
        delivery.offer(error(number), 0.0)
    now = 0.0
    while delivery.stats.pending:
        action = delivery.next_action(now)
        if isinstance(action, Wait):
            now = action.until
        else:
            outcome = REFUSED if now < 60.0 else OK
            delivery.settle(sent(action).ticket, outcome, now)

    assert delivery.stats.delivered >= 90


def test_where_the_caller_waits_itself_nothing_pauses() -> None:
    delivery = machine(pauses=False)
    delivery.offer(error(0), 0.0)
    exchange(delivery, REFUSED)
    delivery.offer(error(1), 0.0)

    assert exchange(delivery, OK).items


def test_limits_learnt_meanwhile_hold_for_what_is_queued() -> None:
    delivery = machine()
    for number in range(3):
        delivery.offer(error(number), 0.0)
    exchange(delivery, limited("60:error"))

    assert isinstance(delivery.next_action(0.0), Wait)
    assert delivery.stats.dropped == {("ratelimit_backoff", "error"): 2}


def test_only_the_limited_items_of_an_envelope_are_dropped() -> None:
    delivery = machine()
    delivery.offer(error(0), 0.0)
    exchange(delivery, limited("60:attachment"))
    mixed = Envelope(error(1).headers, [*error(1).items, attachment(100)])
    delivery.offer(mixed, 0.0)

    left = exchange(delivery, OK)

    assert [item.type for item in left.items] == ["event", "client_report"]
    assert reported(left) == [("ratelimit_backoff", "attachment", 100)]
    assert delivery.stats.delivered == 2
    assert delivery.stats.pending_bytes == 0


def test_a_429_is_counted_and_not_reported() -> None:
    delivery = machine()
    delivery.offer(error(), 0.0)
    exchange(delivery, Answered(429, {"Retry-After": "1"}))

    assert delivery.stats.dropped == {("rate_limited", "error"): 1}
    delivery.ask_for_report()
    assert delivery.next_action(100.0) == Idle()


def test_a_loss_rides_along_with_the_next_envelope() -> None:
    delivery = machine()
    delivery.note_loss("before_send", "error", 1, 0.0)
    delivery.note_loss("before_send", "error", 1, 0.0)
    delivery.offer(error(), 0.0)

    assert reported(exchange(delivery, OK)) == [("before_send", "error", 2)]


def test_reports_are_half_a_minute_apart() -> None:
    delivery = machine()
    for now, has_report in [(0.0, True), (29.0, False), (30.0, True)]:
        delivery.note_loss("sample_rate", "error", 1, now)
        delivery.offer(error(), now)
        types = [item.type for item in exchange(delivery, OK, now).items]
        assert ("client_report" in types) is has_report


def test_a_loss_with_nothing_to_ride_on_leaves_alone_after_a_minute() -> None:
    delivery = machine()
    delivery.note_loss("before_send", "error", 1, 5.0)

    assert delivery.next_action(5.0) == Wait(65.0)
    assert reported(exchange(delivery, OK, 65.0)) == [("before_send", "error", 1)]


def test_a_flush_sends_the_report_at_once_and_waits_for_it() -> None:
    delivery = machine()
    delivery.note_loss("before_send", "error", 1, 0.0)
    delivery.ask_for_report()
    assert delivery.is_reporting(0.0)

    exchange(delivery, OK)

    assert not delivery.is_reporting(0.0)


def test_a_report_that_fails_is_neither_repeated_nor_a_loss() -> None:
    delivery = machine(retries=RetryPolicy(total=5))
    delivery.note_loss("before_send", "error", 1, 0.0)
    delivery.ask_for_report()
    exchange(delivery, RESET)

    assert delivery.next_action(0.0) == Idle()
    assert delivery.stats.dropped == {}


@pytest.mark.parametrize("closed", ["unreachable", "limited"])
def test_no_report_is_sent_where_none_can_arrive(closed: str) -> None:
    delivery = machine()
    delivery.offer(error(), 0.0)
    exchange(delivery, REFUSED if closed == "unreachable" else Answered(429))
    delivery.note_loss("before_send", "error", 1, 0.0)
    delivery.ask_for_report()

    assert not delivery.is_reporting(0.0)
    assert not isinstance(delivery.next_action(0.0), Send)


def test_without_client_reports_nothing_is_noted() -> None:
    delivery = machine(send_client_reports=False)
    delivery.offer(error(), 0.0)
    exchange(delivery, Answered(500))
    delivery.note_loss("before_send", "error", 1, 0.0)
    delivery.ask_for_report()

    assert delivery.next_action(0.0) == Idle()


def test_a_flush_marks_what_was_accepted_before_it() -> None:
    delivery = machine()
    delivery.offer(error(0), 0.0)
    mark = delivery.ask_for_report()
    delivery.offer(error(1), 0.0)
    assert not delivery.is_settled(mark)

    exchange(delivery, OK)

    assert delivery.is_settled(mark)
    assert delivery.stats.pending == 1


def test_what_is_abandoned_is_counted_and_a_late_outcome_passed_over() -> None:
    delivery = machine()
    delivery.offer(error(0), 0.0)
    delivery.offer(error(1), 0.0)
    late = sent(delivery.next_action(0.0))
    delivery.close()
    delivery.abandon(0.0)
    delivery.settle(late.ticket, OK, 0.0)

    assert delivery.next_action(0.0) == Stop()
    assert delivery.stats.dropped == {("shutdown_timeout", "error"): 2}
    assert delivery.stats.pending == 0


def test_each_loss_is_told_with_its_envelope() -> None:
    delivery = machine(notes_losses=True, maxsize=1)
    delivery.offer(error(0), 0.0)
    delivery.offer(error(1), 0.0)
    exchange(delivery, Failed(Failure.READ))

    assert list(delivery.losses) == [(error(1), "queue_overflow"), (error(0), "network_error")]


def test_a_child_holds_and_counts_nothing_but_knows_the_limits() -> None:
    delivery = machine()
    delivery.offer(error(0), 0.0)
    exchange(delivery, limited("60:error"))
    delivery.offer(error(1), 0.0)

    child = delivery.successor()

    assert child.stats == machine().stats
    child.offer(error(2), 0.0)
    assert not isinstance(child.next_action(0.0), Send)


def test_an_empty_envelope_is_nothing_to_count() -> None:
    delivery = machine()

    assert delivery.offer(Envelope(), 0.0)
    assert delivery.stats == machine().stats


def test_what_was_broken_off_is_due_again_at_once_and_has_spent_no_retry() -> None:
    delivery = machine()
    delivery.offer(error(), 0.0)
    first = sent(delivery.next_action(0.0))

    delivery.take_back(first.ticket, 1.0)

    assert delivery.stats.pending == 1
    again = sent(delivery.next_action(1.0))
    assert again.ticket == first.ticket
    delivery.settle(again.ticket, OK, 1.0)
    assert delivery.stats.delivered == 1


def test_what_is_taken_back_is_nobody_elses_any_more() -> None:
    delivery = machine(concurrency=2)
    for _ in range(2):
        delivery.offer(error(), 0.0)
    tickets = [sent(delivery.next_action(0.0)).ticket for _ in range(2)]

    delivery.take_all_back(1.0)
    delivery.settle(tickets[0], OK, 2.0)  # word from a loop that was given up

    assert delivery.stats.delivered == 0
    assert [sent(delivery.next_action(2.0)).ticket for _ in range(2)] == tickets


def test_what_was_given_up_is_not_taken_back() -> None:
    delivery = machine()
    delivery.offer(error(), 0.0)
    ticket = sent(delivery.next_action(0.0)).ticket

    delivery.abandon(1.0)
    delivery.take_back(ticket, 2.0)

    assert delivery.stats.pending == 0
    assert not isinstance(delivery.next_action(2.0), Send)
