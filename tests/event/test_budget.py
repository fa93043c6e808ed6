"""An event waits for the program's own code no longer than its budget, but for one call."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import rookery
from rookery.event.budget import SECONDS, UNREAD
from tests.event.telling import EMPTY, capture_what, entries, frames

if TYPE_CHECKING:
    from tests.client.keeping import Keeping


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


def test_scope_data_is_on_the_budget_too(kept: Keeping) -> None:
    rookery.set_extra("slow", Slow())
    rookery.set_extra("then", Quick())
    rookery.capture_message("hello")
    told = kept.event["extra"]
    assert (told["slow"], told["then"]) == ("slow", UNREAD)
