"""Transports that break the contract themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rookery.envelope import Item
from rookery.testing.faults.plant import Fault, overriding

if TYPE_CHECKING:
    from rookery.delivery.ledger import Stats
    from rookery.envelope import Envelope

FOR_EVER = 3600.0


def lose_some(good: Any, self: Any, envelope: Envelope) -> bool:
    self.seen = getattr(self, "seen", 0) + 1
    return self.seen % 3 == 0 or bool(good.submit(self, envelope))


def send_twice(good: Any, self: Any, envelope: Envelope) -> bool:
    good.submit(self, envelope)
    return bool(good.submit(self, envelope))


def swap(good: Any, self: Any, envelope: Envelope) -> bool:
    """Each second event overtakes the one before it."""
    held = getattr(self, "held", None)
    self.held = None if held else envelope
    return held is None or bool(good.submit(self, envelope) and good.submit(self, held))


def send_nothing_as_something(good: Any, self: Any, envelope: Envelope) -> bool:
    filled = envelope if envelope.items else envelope.with_items([Item("session", b"{}")])
    return bool(good.submit(self, filled))


def serialise_in_caller(good: Any, self: Any, envelope: Envelope) -> bool:
    envelope.serialize()
    return bool(good.submit(self, envelope))


def wait_until_sent(good: Any, self: Any, envelope: Envelope) -> bool:
    is_taken = bool(good.submit(self, envelope))
    good.flush(self, FOR_EVER)
    return is_taken


def say_yes(good: Any, self: Any, envelope: Envelope) -> bool:
    good.submit(self, envelope)
    return True


def say_no(good: Any, self: Any, envelope: Envelope) -> bool:
    good.submit(self, envelope)
    return False


def stay_full(good: Any, self: Any, envelope: Envelope) -> bool:
    self.is_full = getattr(self, "is_full", False) or not good.submit(self, envelope)
    return not self.is_full


def flush_once(good: Any, self: Any, timeout: float) -> bool:
    is_settled = bool(good.flush(self, timeout))
    good.close(self, timeout)
    return is_settled


def flush_a_moment(good: Any, self: Any, timeout: float) -> bool:
    return timeout > 0 and bool(good.flush(self, timeout))


def close_what_was_used(good: Any, self: Any, timeout: float) -> bool:
    return bool(good.close(self, timeout)) and self.stats.offered > 0


def close_once(good: Any, self: Any, timeout: float) -> bool:
    is_first, self.was_closed = not getattr(self, "was_closed", False), True
    return bool(good.close(self, timeout)) and is_first


async def flush_nothing(_: Any, __: Any, ___: float) -> None:
    pass


def tell_twice(good: Any, self: Any, reason: str, category: str, quantity: int = 1) -> None:
    good.record_lost_event(self, reason, category, 2 * quantity)


def count_twice(good: Any, self: Any) -> Stats:
    stats: Stats = good.stats.fget(self)
    return stats._replace(dropped={loss: 2 * count for loss, count in stats.dropped.items()})


def forget_losses(good: Any, self: Any) -> Stats:
    stats: Stats = good.stats.fget(self)
    return stats._replace(offered=stats.offered - sum(stats.dropped.values()), dropped={})


def count_reports(good: Any, self: Any) -> Stats:
    stats: Stats = good.stats.fget(self)
    more = max(0, stats.attempts - 1)
    return stats._replace(offered=stats.offered + more, delivered=stats.delivered + more)


FAULTS = (
    Fault(
        "loses some",
        overriding(submit=lose_some),
        ("events_arrive_in_order_and_byte_for_byte", "callers_may_come_from_any_thread"),
    ),
    Fault(
        "sends twice",
        overriding(submit=send_twice),
        ("events_arrive_in_order_and_byte_for_byte", "callers_may_come_from_any_thread"),
    ),
    Fault("swaps", overriding(submit=swap), ("events_arrive_in_order_and_byte_for_byte",)),
    Fault(
        "makes something of nothing",
        overriding(submit=send_nothing_as_something),
        ("an_envelope_without_items_is_nothing",),
    ),
    Fault(
        "serialises in the caller",
        overriding(submit=serialise_in_caller),
        ("what_cannot_be_serialised_is_counted",),
    ),
    Fault(
        "blocks until it is sent",
        overriding(submit=wait_until_sent),
        ("a_caller_never_waits", "a_full_queue_refuses", "a_queue_is_bounded_in_bytes"),
    ),
    Fault(
        "says yes to everything",
        overriding(submit=say_yes),
        ("a_full_queue_refuses", "a_close_drains_then_refuses"),
    ),
    Fault(
        "says no to everything",
        overriding(submit=say_no),
        ("events_arrive_in_order_and_byte_for_byte", "a_queue_that_was_full_takes_again"),
    ),
    Fault("stays full", overriding(submit=stay_full), ("a_queue_that_was_full_takes_again",)),
    Fault(
        "says that all is settled",
        overriding(flush=lambda *_: True),
        (
            "a_flush_keeps_its_deadline",
            "a_flush_waits_for_all_that_came_before",
            "a_transport_goes_on_after_a_flush",
        ),
    ),
    Fault(
        "flushes as long as it takes",
        overriding(flush=lambda good, self, _: good.flush(self, FOR_EVER)),
        ("a_flush_keeps_its_deadline",),
    ),
    Fault(
        "flushes nothing without time",
        overriding(flush=flush_a_moment),
        ("flushing_nothing_succeeds",),
    ),
    Fault(
        "ends with a flush", overriding(flush=flush_once), ("a_transport_goes_on_after_a_flush",)
    ),
    Fault(
        "closes without draining",
        overriding(close=lambda good, self, _: good.close(self, 0.0)),
        ("a_close_drains_then_refuses",),
    ),
    Fault(
        "closes as long as it takes",
        overriding(close=lambda good, self, _: good.close(self, FOR_EVER)),
        ("a_close_keeps_its_deadline", "what_cannot_be_reached_does_not_hold_up_a_close"),
    ),
    Fault(
        "goes on after its close",
        overriding(close=lambda good, self, timeout: good.flush(self, timeout)),
        ("a_close_drains_then_refuses", "a_sender_is_closed"),
    ),
    Fault("closes once", overriding(close=close_once), ("a_second_close_is_harmless",)),
    Fault(
        "closes only what was used",
        overriding(close=close_what_was_used),
        ("a_close_without_use_succeeds",),
    ),
    Fault(
        "flushes nothing on a loop",
        overriding(flush_async=flush_nothing),
        ("the_async_twins_do_the_same",),
    ),
    Fault(
        "tells each loss twice",
        overriding(record_lost_event=tell_twice),
        ("a_loss_before_the_transport_is_told",),
    ),
    Fault("counts each loss twice", overriding(stats=count_twice), ("a_refusal_is_final",)),
    Fault("forgets its losses", overriding(stats=forget_losses), ("a_refusal_is_final",)),
    Fault("counts reports", overriding(stats=count_reports), ("a_report_is_in_no_books",)),
)
