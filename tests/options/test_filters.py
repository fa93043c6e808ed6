"""What is on a list, what is sampled out, in which order, and what the client reports of it."""

from __future__ import annotations

import json
import logging
from typing import TYPE_CHECKING, Any, NoReturn

import pytest

import rookery

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.client.keeping import Init, Keeping

HERE = __name__


class Meal:
    class BurntError(Exception):
        pass


class CharredError(Meal.BurntError):
    pass


def burn() -> NoReturn:
    raise Meal.BurntError


def divide() -> NoReturn:
    raise ZeroDivisionError("no guests")


def parse() -> NoReturn:
    raise AssertionError(json.loads("{"))


def char() -> NoReturn:
    raise CharredError


def captured(kept: Keeping, fail: Callable[[], NoReturn]) -> bool:
    """Whether what ``fail`` raises is sent; if it is not, exactly one loss is counted."""
    try:
        fail()
    except Exception as error:  # noqa: BLE001  # whatever it is
        event_id = rookery.capture_exception(error)
    assert (event_id is not None) == bool(kept.events)
    assert kept.lost == ([] if event_id else [("event_processor", "error")])
    return event_id is not None


@pytest.mark.parametrize(
    "entry",
    [
        Meal.BurntError,
        Exception,
        "Meal.BurntError",
        f"{HERE}.Meal.BurntError",
        "*BurntError",
        "Meal.*",
        f"{HERE}.*",
        "Meal.Burnt????r",
    ],
)
def test_an_exception_on_the_list_is_not_sent(init: Init, entry: Any) -> None:
    assert not captured(init(ignore_errors=[KeyError, entry]), burn)


@pytest.mark.parametrize(
    "entry",
    [ValueError, "Burnt", "BurntError.Meal", "burnterror", f"{HERE}.BurntError", "builtins.*"],
)
def test_an_exception_that_is_not_on_the_list_is_sent(init: Init, entry: Any) -> None:
    assert captured(init(ignore_errors=[entry]), burn)


def test_a_class_stands_for_those_below_it_and_a_name_for_one_class(init: Init) -> None:
    assert not captured(init(ignore_errors=[Meal.BurntError]), char)
    assert captured(init(ignore_errors=["Meal.BurntError"]), char)


@pytest.mark.parametrize(
    ("fail", "entry"),
    [
        (burn, "BurntError"),
        (burn, "Meal.BurntError"),
        (burn, HERE),
        (burn, HERE.rpartition(".")[0]),
        (burn, f"{HERE}.BurntError"),
        (burn, f"{HERE}.Meal.BurntError"),
        (burn, Meal.BurntError),
        (char, Meal.BurntError),
        (divide, "ZeroDivisionError"),
        (divide, HERE),
        (divide, "builtins"),
        (divide, "builtins.ZeroDivisionError"),
        (divide, f"{HERE}.ZeroDivisionError"),
        (parse, "json"),
        (parse, "json.decoder"),
        (parse, "json.JSONDecodeError"),
    ],
)
def test_an_entry_excludes(init: Init, fail: Callable[[], NoReturn], entry: Any) -> None:
    assert not captured(init(exclude=["SocketListener", entry]), fail)


@pytest.mark.parametrize(
    ("fail", "entry"),
    [
        (char, "BurntError"),
        (burn, HERE[:-1]),
        (burn, f"{HERE}.more"),
        (burn, f"{HERE}.ZeroDivisionError"),
        (divide, "ArithmeticError"),
        (divide, "json.ZeroDivisionError"),
        (divide, "Zero*"),
        (parse, HERE),
        (parse, "js"),
        (parse, "ValueError"),
    ],
)
def test_an_entry_does_not_exclude(init: Init, fail: Callable[[], NoReturn], entry: Any) -> None:
    assert captured(init(exclude=[entry]), fail)


def test_an_exception_that_was_never_raised_belongs_to_the_module_of_its_class(init: Init) -> None:
    kept = init(exclude=[HERE])
    rookery.capture_exception(CharredError())
    rookery.capture_exception(ValueError())
    assert [event["exception"]["values"][0]["type"] for event in kept.events] == ["ValueError"]


@pytest.mark.parametrize(
    ("logger", "is_sent"),
    [("foo", False), ("foo.bar", False), ("foobar", True), ("bar.foo", True), ("fo", True)],
)
def test_a_logger_is_excluded_with_all_below_it(init: Init, logger: str, is_sent: bool) -> None:
    kept = init(exclude=["foo"])
    logging.getLogger(logger).error("the table is set")
    assert bool(kept.events) == is_sent
    assert kept.lost == ([] if is_sent else [("event_processor", "error")])


def test_the_logger_of_a_ready_made_event_counts_too(init: Init) -> None:
    kept = init(exclude=["foo"])
    assert rookery.capture_event({"message": "hello", "logger": "foo.bar"}) is None
    assert kept.lost == [("event_processor", "error")]


def test_what_an_excluded_logger_says_never_meets_a_hook(init: Init) -> None:
    met: list[Any] = []
    init(exclude=["foo"], before_send=lambda event, _hint: met.append(event))
    logging.getLogger("foo.bar").error("the table is set")
    rookery.capture_event({"message": "hello", "logger": "foo"})
    assert met == []


def test_a_logger_that_a_hook_names_counts_as_well(init: Init) -> None:
    kept = init(exclude=["foo"], before_send=lambda event, _hint: {**event, "logger": "foo"})
    assert rookery.capture_message("hello") is None
    assert kept.lost == [("event_processor", "error")]


def test_an_event_that_a_hook_made_itself_keeps_the_id(init: Init) -> None:
    kept = init(before_send=lambda _event, _hint: {"logentry": {"formatted": "soup"}})
    assert rookery.capture_message("hello") == kept.event["event_id"]
    assert kept.event["logentry"] == {"formatted": "soup"}


@pytest.mark.parametrize("logger", [7, None, ["foo"], ""])
def test_a_logger_that_is_no_name_is_excluded_by_nothing(init: Init, logger: Any) -> None:
    init(exclude=["foo"])
    assert rookery.capture_event({"message": "hello", "logger": logger})


def test_a_message_without_a_logger_is_excluded_by_nothing(init: Init) -> None:
    kept = init(exclude=["foo", "ValueError"])
    assert rookery.capture_message("foo")
    assert kept.lost == []


def test_what_is_excluded_never_meets_a_hook(init: Init) -> None:
    met: list[Any] = []
    init(exclude=["ZeroDivisionError"], before_send=lambda event, _hint: met.append(event))
    rookery.capture_exception(ZeroDivisionError())
    assert met == []


@pytest.mark.parametrize(
    ("answer", "is_sent"), [(True, True), (1.0, True), (1, True), (False, False), (0.0, False)]
)
def test_the_error_sampler_stands_for_the_rate(init: Init, answer: Any, is_sent: bool) -> None:
    kept = init(sample_rate=0.0 if is_sent else 1.0, error_sampler=lambda _event, _hint: answer)
    assert (rookery.capture_message("hello") is not None) == is_sent
    assert kept.lost == ([] if is_sent else [("sample_rate", "error")])


def test_the_error_sampler_is_told_the_event_and_its_hint(init: Init) -> None:
    told: list[Any] = []

    def sampler(event: Any, hint: Any) -> bool:
        told.append((event, hint))
        return True

    kept = init(error_sampler=sampler)
    error = ValueError("soup")
    rookery.capture_exception(error)
    ((event, hint),) = told
    assert event["event_id"] == kept.event["event_id"]
    assert hint["exc_info"][1] is error


@pytest.mark.parametrize("answer", [None, "often", float("nan"), 1.5, -0.1, []])
def test_where_the_error_sampler_cannot_tell_the_rate_holds(init: Init, answer: Any) -> None:
    assert_the_rate_holds(init, lambda _event, _hint: answer)


def test_where_the_error_sampler_fails_the_rate_holds(init: Init) -> None:
    assert_the_rate_holds(init, lambda event, _hint: event["no such key"])


def assert_the_rate_holds(init: Init, sampler: Callable[[Any, Any], Any]) -> None:
    init(error_sampler=sampler, sample_rate=1.0)
    assert rookery.capture_message("hello")
    kept = init(error_sampler=sampler, sample_rate=0.0)
    assert rookery.capture_message("hello") is None
    assert kept.lost == [("sample_rate", "error")]


def test_the_dice_are_rolled_when_the_hooks_have_had_their_say(init: Init) -> None:
    seen: list[str] = []

    def note(event: Any, hint: Any) -> Any:
        seen.append("hook")
        return None if event["logentry"]["formatted"] == "dropped" else event

    kept = init(sample_rate=0.0, before_send=note)
    rookery.capture_message("dropped")
    rookery.capture_message("lost")
    assert seen == ["hook", "hook"]
    assert kept.lost == [("before_send", "error"), ("sample_rate", "error")]


def test_half_of_the_events_is_about_half(init: Init) -> None:
    kept = init(sample_rate=0.5)
    for number in range(400):
        rookery.capture_message(f"guest {number}")
    assert 100 < len(kept.events) < 300
    assert len(kept.lost) == 400 - len(kept.events)
