"""What raven's processors did."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

import rookery
from rookery.scrubber import (
    RemovePostDataProcessor,
    RemoveStackLocalsProcessor,
    SanitizeKeysProcessor,
    SanitizePasswordsProcessor,
)

if TYPE_CHECKING:
    from collections.abc import Callable

MASK = "********"


def event() -> dict[str, Any]:
    names = {"my_password": "x", "n": 1, "nothing": None}
    frames = [{"function": "f", "vars": {**names, "form": dict(names)}}]
    return {
        "exception": {"values": [{"type": "E", "stacktrace": {"frames": frames}}]},
        "request": {
            "data": dict(names),
            "cookies": "a=1;my_password=x",
            "headers": {"Cookie": "a=1;my_password=x", "My_Password": "x"},
            "query_string": "a=1&my_password=x",
            "env": dict(names),
        },
        "extra": {**names, "card": "4111 1111 1111 1111", "password": None},
    }


def test_bodies_are_removed() -> None:
    assert "data" not in RemovePostDataProcessor()(event(), {})["request"]


def test_variables_are_removed() -> None:
    (error,) = RemoveStackLocalsProcessor()(event())["exception"]["values"]
    assert error["stacktrace"]["frames"] == [{"function": "f"}]


@pytest.mark.parametrize(
    "processor", [SanitizeKeysProcessor(["PASSWORD"]), SanitizePasswordsProcessor()]
)
def test_values_are_masked_by_a_part_of_their_name(processor: Callable[..., Any]) -> None:
    told = processor(event(), {})
    masked = {"my_password": MASK, "n": 1, "nothing": None}
    frame = told["exception"]["values"][0]["stacktrace"]["frames"][0]
    assert frame["vars"] == {**masked, "form": masked}
    assert told["request"] == {
        "data": masked,
        "cookies": f"a=1;my_password={MASK}",
        "headers": {"Cookie": f"a=1;my_password={MASK}", "My_Password": MASK},
        "query_string": f"a=1&my_password={MASK}",
        "env": masked,
    }
    assert told["extra"]["my_password"] == MASK
    assert told["extra"]["password"] is None


def test_numbers_of_credit_cards_are_masked() -> None:
    assert SanitizePasswordsProcessor()(event())["extra"]["card"] == MASK
    assert SanitizeKeysProcessor(["x"])(event())["extra"]["card"] != MASK


def test_one_may_be_a_hook_and_the_event_says_what_it_did(init: Any) -> None:
    kept = init(before_send=SanitizeKeysProcessor(["iban"]))
    rookery.capture_event({"extra": {"my_iban": "DE1"}})
    assert kept.event["extra"] == {"my_iban": MASK}
    assert kept.event["_meta"] == {"extra": {"my_iban": {"": {"rem": [["!config", "s"]]}}}}


def test_one_may_be_an_event_processor(init: Any) -> None:
    kept = init()
    rookery.get_current_scope().add_event_processor(RemoveStackLocalsProcessor())
    try:
        raise ValueError
    except ValueError:
        rookery.capture_exception()
    frame = kept.event["exception"]["values"][0]["stacktrace"]["frames"][-1]
    assert "vars" not in frame


def test_a_name_that_is_not_there_is_an_attribute_error() -> None:
    from rookery import scrubber

    with pytest.raises(AttributeError, match="Nothing"):
        _ = scrubber.Nothing


def test_cookies_are_masked_in_pairs_as_they_travel(init: Any) -> None:
    kept = init(before_send=SanitizePasswordsProcessor())
    rookery.capture_event({"request": {"cookies": "a=1; my_password=x"}})
    assert kept.event["request"]["cookies"] == [["a", "1"], ["my_password", MASK]]
