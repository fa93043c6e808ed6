from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

import rookery
from rookery.event.calls import MAX_FRAMES, OUTERMOST, shortened
from tests.event.telling import capture_what, entries, frames, functions

if TYPE_CHECKING:
    from tests.client.keeping import Init, Keeping


def dive(depth: int) -> float:
    return dive(depth - 1) if depth else 1 / 0


def depths(kept: Keeping) -> list[int]:
    return [int(at["vars"]["depth"]) for at in frames(kept) if at["function"] == "dive"]


def test_a_stack_that_fits_is_told_whole_and_nothing_is_noted(kept: Keeping) -> None:
    capture_what(dive, 100)
    assert depths(kept) == list(range(100, -1, -1))
    assert "_meta" not in kept.event


def test_what_is_left_out_of_a_long_stack_is_its_middle_and_how_long_it_was_is_noted(
    kept: Keeping,
) -> None:
    capture_what(dive, 400)  # and the frame that caught it, and `dive(0)`
    assert depths(kept) == [*range(400, 400 - OUTERMOST + 1, -1), *range(199, -1, -1)]
    assert kept.event["_meta"] == {
        "exception": {"values": {"0": {"stacktrace": {"frames": {"": {"len": 402}}}}}}
    }


def test_the_note_stands_at_the_exception_whose_stack_was_long(kept: Keeping) -> None:
    def fail() -> None:
        try:
            dive(400)
        except ZeroDivisionError as error:
            raise ValueError("deep") from error

    capture_what(fail)
    assert [entry["type"] for entry in entries(kept)] == ["ZeroDivisionError", "ValueError"]
    assert list(kept.event["_meta"]["exception"]["values"]) == ["0"]


def test_what_could_not_be_told_where_the_stack_ended_is_told_further_up(kept: Keeping) -> None:
    rookery.capture_message("loads what it takes")

    def dig() -> None:
        try:
            dig()
        except RecursionError:
            rookery.capture_exception()
            raise

    try:
        dig()
    except RecursionError:
        rookery.capture_exception()
    assert ("internal_sdk_error", "error") in kept.lost
    assert {entry["type"] for entry in entries(kept)} == {"RecursionError"}
    assert len(kept.envelopes) >= 2


DEEP = """
import sys, rookery
sys.setrecursionlimit(60_000)
memory = []
guard = rookery.init("http://key@localhost/1", transport="memory")
def dive(depth):
    return dive(depth - 1) if depth else 1 / 0
try:
    dive(50_000)
except (ZeroDivisionError, RecursionError):
    rookery.capture_exception()
(event,) = guard.client.transport.events
print(len(event["exception"]["values"][0]["stacktrace"]["frames"]))
print(event["_meta"]["exception"]["values"]["0"]["stacktrace"]["frames"][""]["len"] > 5000)
guard.client.close(0)
"""


@pytest.mark.skipif(sys.version_info < (3, 11), reason="deep calls of 3.10 are on the C stack")
def test_tens_of_thousands_of_frames_are_told_as_few() -> None:
    done = subprocess.run([sys.executable, "-c", DEEP], capture_output=True, text=True, check=False)
    assert (done.stdout, done.stderr) == (f"{MAX_FRAMES}\nTrue\n", "")


@pytest.mark.parametrize("size", [0, 1, MAX_FRAMES - 1, MAX_FRAMES, MAX_FRAMES + 1, 9999])
def test_a_shortened_stack_has_its_first_and_its_last(size: int) -> None:
    every = list(range(size))
    kept = shortened(every)
    assert len(kept) == min(size, MAX_FRAMES)
    assert kept == every or (kept[:OUTERMOST], kept[-1]) == (every[:OUTERMOST], every[-1])


def catch_and_capture() -> None:
    capture_what(dive, 2)


def around() -> None:
    catch_and_capture()


def test_without_being_asked_the_callers_of_the_catcher_are_left_out(kept: Keeping) -> None:
    around()
    assert functions(kept) == ["capture_what", "dive", "dive", "dive"]


def test_with_the_full_stack_the_callers_of_the_catcher_come_first(init: Init) -> None:
    kept = init(add_full_stack=True)
    around()
    assert functions(kept)[-6:] == ["around", "catch_and_capture", "capture_what", *["dive"] * 3]
    assert functions(kept).count("capture_what") == 1
    assert not any(name.startswith("capture_exception") for name in functions(kept))


def test_the_full_stack_has_as_many_frames_as_wanted_the_innermost(init: Init) -> None:
    kept = init(add_full_stack=True, max_stack_frames=5)
    around()
    assert functions(kept) == ["catch_and_capture", "capture_what", "dive", "dive", "dive"]
    kept = init(add_full_stack=True, max_stack_frames=2)
    around()
    assert functions(kept) == ["dive", "dive"]
    assert kept.event["_meta"]["exception"]["values"]["0"]["stacktrace"]["frames"][""]["len"] > 6


def test_the_full_stack_may_be_without_a_limit_but_the_servers(init: Init) -> None:
    kept = init(add_full_stack=True, max_stack_frames=None)
    capture_what(dive, 400)
    assert depths(kept)[-200:] == list(range(199, -1, -1))
    assert len(frames(kept)) <= MAX_FRAMES


def raised_elsewhere() -> BaseException:
    try:
        dive(0)
    except ZeroDivisionError as error:
        return error
    raise AssertionError


def test_an_exception_whose_catcher_has_returned_gets_the_callers_of_the_capture(
    init: Init,
) -> None:
    kept = init(add_full_stack=True)
    error: Any = raised_elsewhere()
    rookery.capture_exception(error)
    here = "test_an_exception_whose_catcher_has_returned_gets_the_callers_of_the_capture"
    assert functions(kept)[-3:] == [here, "raised_elsewhere", "dive"]
