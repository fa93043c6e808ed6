"""An exception that is captured twice is sent once, whoever captures it."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

import rookery

if TYPE_CHECKING:
    from tests.client.keeping import Init, Keeping

AGAIN = [("event_processor", "error")]


def test_the_second_time_is_counted_and_not_sent(kept: Keeping) -> None:
    error = ValueError("soup")
    assert rookery.capture_exception(error)
    assert rookery.capture_exception(error) is None
    assert len(kept.events) == 1
    assert kept.lost == AGAIN


def test_a_program_that_logs_it_and_captures_it_sends_it_once(kept: Keeping) -> None:
    try:
        raise ValueError("soup")
    except ValueError:
        logging.getLogger("kitchen").exception("the soup is cold")
        event_id = rookery.capture_exception()
    assert event_id is None
    assert kept.event["logger"] == "kitchen"
    assert kept.lost == AGAIN


def test_messages_repeat_as_often_as_they_like(kept: Keeping) -> None:
    assert rookery.capture_message("soup")
    assert rookery.capture_message("soup")
    assert kept.lost == []


def test_what_before_send_dropped_may_come_again(init: Init) -> None:
    answers = [False, True]
    kept = init(before_send=lambda event, _hint: event if answers.pop(0) else None)
    error = ValueError("soup")
    assert rookery.capture_exception(error) is None
    assert rookery.capture_exception(error) is not None
    assert kept.lost == [("before_send", "error")]


def test_what_lost_at_dice_does_not_roll_again(init: Init) -> None:
    kept = init(sample_rate=0.0)
    error = ValueError("soup")
    rookery.capture_exception(error)
    rookery.capture_exception(error)
    assert kept.lost == [("sample_rate", "error"), *AGAIN]


def test_a_program_may_want_it_every_time(init: Init) -> None:
    kept = init(disabled_integrations=["dedupe"])
    error = ValueError("soup")
    assert rookery.capture_exception(error)
    assert rookery.capture_exception(error)
    assert kept.lost == []
