"""An event waits for the program's own code no longer than its budget, but for one call."""

from __future__ import annotations

import logging
import time
from typing import TYPE_CHECKING

import pytest

import rookery
from rookery.event.budget import SECONDS, UNREAD
from rookery.integrations.logging import LoggingIntegration
from tests.event.telling import EMPTY, capture_what, entries, frames

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.client.keeping import Init, Keeping


class Slow:
    """Takes the whole budget of an event to say what it is."""

    calls = 0

    def __repr__(self) -> str:
        type(self).calls += 1
        time.sleep(SECONDS * 1.1)
        return "slow"


class Quick:
    def __repr__(self) -> str:
        return "quick"


class SlowError(Exception):
    def __str__(self) -> str:
        return repr(Slow())


def test_what_is_left_when_time_is_up_is_told_as_unread(kept: Keeping) -> None:
    def fail(number: int, first: object, second: object, third: object) -> None:
        EMPTY["x"]

    Slow.calls = 0
    capture_what(fail, 7, Slow(), Slow(), Quick())
    told = frames(kept)[-1]["vars"]
    assert told == {"number": "7", "first": "slow", "second": UNREAD, "third": UNREAD}
    assert Slow.calls == 1


def test_the_frame_nearest_to_the_error_is_asked_first(kept: Keeping) -> None:
    def outer(far: object, near: object) -> None:
        inner(near)

    def inner(near: object) -> None:
        EMPTY["x"]

    capture_what(outer, Slow(), Slow())
    outermost, innermost = frames(kept)[1:]
    assert innermost["vars"] == {"near": "slow"}
    assert (outermost["vars"]["far"], outermost["vars"]["near"]) == (UNREAD, UNREAD)


def test_messages_are_asked_before_variables(kept: Keeping) -> None:
    def fail(variable: object) -> None:
        raise SlowError

    capture_what(fail, Slow())
    assert entries(kept)[-1]["value"] == "slow"
    assert frames(kept)[-1]["vars"] == {"variable": UNREAD}


def test_each_event_has_a_budget_of_its_own(kept: Keeping) -> None:
    def fail(slow: object, quick: object) -> None:
        EMPTY["x"]

    capture_what(fail, Slow(), Quick())
    rookery.add_breadcrumb(message="between", data={"at": Quick()})
    capture_what(fail, 1, Quick())
    assert frames(kept)[-1]["vars"] == {"slow": "1", "quick": "quick"}
    assert kept.events[-1]["breadcrumbs"]["values"][0]["data"] == {"at": "quick"}


class SlowAttributesError(Exception):
    """Computes each of the attributes that an event asks for."""

    calls = 0

    @property
    def message(self) -> str:
        type(self).calls += 1
        time.sleep(SECONDS * 1.1)
        return ""

    detail = errno = __notes__ = exceptions = args = message  # type: ignore[assignment]


def test_computed_attributes_of_an_exception_are_on_the_budget(kept: Keeping) -> None:
    SlowAttributesError.calls = 0
    error = SlowAttributesError()
    error.__cause__ = SlowAttributesError()
    rookery.capture_exception(error)
    assert [entry["type"] for entry in entries(kept)] == ["SlowAttributesError"] * 2
    assert SlowAttributesError.calls == 1


class SlowToAnswerError(Exception):
    """Its class answers for attributes that it has not."""

    calls = 0

    def __getattr__(self, name: str) -> object:
        type(self).calls += 1
        time.sleep(SECONDS * 1.1)
        raise AttributeError(name)


def test_what_a_class_answers_itself_is_on_the_budget(kept: Keeping) -> None:
    SlowToAnswerError.calls = 0
    rookery.capture_exception(SlowToAnswerError("words"))
    assert entries(kept)[-1]["value"] == "words"
    assert SlowToAnswerError.calls == 1


class Elusive:
    """An object that takes its time to say of what class it is."""

    @property
    def __class__(self) -> type:
        raise AssertionError("it was asked")

    @__class__.setter
    def __class__(self, value: type) -> None: ...


def test_no_object_is_asked_of_what_class_it_is(kept: Keeping) -> None:
    def fail(elusive: object, key: object) -> None:
        raise ValueError(elusive)

    capture_what(fail, Elusive(), {Elusive(): 1})
    assert "Elusive object at" in entries(kept)[-1]["value"]
    assert "Elusive object at" in frames(kept)[-1]["vars"]["elusive"]


def slow(count: int) -> dict[str, object]:
    return {str(number): Slow() for number in range(count)}


@pytest.mark.parametrize(
    "note",
    [
        lambda: rookery.add_breadcrumb(message="m", data=slow(3)),
        lambda: rookery.set_tags(slow(3)),
        lambda: rookery.capture_event({"message": Slow(), "extra": slow(3), "tags": slow(2)}),
        lambda: logging.getLogger("tests.budget").info("of", extra=slow(3)),
        lambda: rookery.capture_exception(ValueError(Slow(), [Slow()], slow(3))),
        lambda: rookery.capture_exception(ValueError(Slow())),
    ],
    ids=["breadcrumb", "tags", "event", "record", "arguments", "argument"],
)
def test_one_slow_value_is_the_last_that_is_asked(init: Init, note: Callable[[], object]) -> None:
    init(integrations=[LoggingIntegration()])
    logging.getLogger("tests.budget").setLevel(logging.INFO)
    Slow.calls = 0
    note()
    assert Slow.calls == 1


def test_scope_data_is_on_the_budget_too(kept: Keeping) -> None:
    rookery.set_extra("slow", Slow())
    rookery.set_extra("then", Quick())
    rookery.capture_message("hello")
    told = kept.event["extra"]
    assert (told["slow"], told["then"]) == ("slow", UNREAD)
