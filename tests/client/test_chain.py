from __future__ import annotations

import builtins
import sys
from typing import TYPE_CHECKING, Any

import pytest

import rookery

if TYPE_CHECKING:
    from tests.client.keeping import Keeping

EMPTY: dict[str, str] = {}
needs_groups = pytest.mark.skipif(sys.version_info < (3, 11), reason="PEP 654 came with 3.11")


def values(kept: Keeping) -> list[dict[str, Any]]:
    entries: list[dict[str, Any]] = kept.event["exception"]["values"]
    return entries


def types(kept: Keeping) -> list[str]:
    return [entry["type"] for entry in values(kept)]


def test_a_cause_comes_before_what_it_led_to(kept: Keeping) -> None:
    try:
        try:
            EMPTY["x"]
        except KeyError as error:
            raise ValueError("no x") from error
    except ValueError as error:
        rookery.capture_exception(error)
    assert types(kept) == ["KeyError", "ValueError"]
    cause, last = values(kept)
    assert cause["value"] == "'x'"
    assert cause["mechanism"] == {"type": "chained", "handled": True}
    assert last["mechanism"] == {"type": "generic", "handled": True}
    assert "module" not in last


def test_a_context_comes_before_what_happened_while_it_was_handled(kept: Keeping) -> None:
    try:
        try:
            EMPTY["x"]
        except KeyError:
            raise ValueError("while handling")  # noqa: B904  # the point of the test
    except ValueError as error:
        rookery.capture_exception(error)
    assert types(kept) == ["KeyError", "ValueError"]


def test_raise_from_none_hides_the_context(kept: Keeping) -> None:
    try:
        try:
            EMPTY["x"]
        except KeyError:
            raise ValueError("alone") from None
    except ValueError as error:
        rookery.capture_exception(error)
    assert types(kept) == ["ValueError"]


def test_a_chain_that_bites_its_tail_ends(kept: Keeping) -> None:
    one, two = ValueError("one"), KeyError("two")
    one.__cause__, two.__cause__ = two, one
    rookery.capture_exception(one)
    assert types(kept) == ["KeyError", "ValueError"]


def test_a_chain_of_thousands_is_cut_at_its_far_end(kept: Keeping) -> None:
    last = ValueError("0")
    for number in range(1, 3000):
        new = ValueError(str(number))
        new.__cause__ = last
        last = new
    rookery.capture_exception(last)
    assert len(values(kept)) == 50
    assert values(kept)[-1]["value"] == "2999"


def test_the_exception_being_handled_is_the_default(kept: Keeping) -> None:
    try:
        raise OSError(2, "no such thing")
    except OSError:
        rookery.capture_exception()
    (entry,) = values(kept)
    assert entry["type"] == "FileNotFoundError"
    assert entry["mechanism"]["meta"] == {"errno": {"number": 2}}


def test_a_triple_is_taken_too(kept: Keeping) -> None:
    try:
        raise KeyError("x")
    except KeyError:
        rookery.capture_exception(sys.exc_info())
    assert types(kept) == ["KeyError"]


def test_an_exception_that_was_never_raised_has_no_stack_trace(kept: Keeping) -> None:
    rookery.capture_exception(KeyError("x"))
    assert "stacktrace" not in values(kept)[0]


class Outer:
    class NestedError(Exception):
        detail = "in detail"


def test_a_class_is_named_as_it_is_qualified_and_its_detail_is_its_text(kept: Keeping) -> None:
    rookery.capture_exception(Outer.NestedError("x"))
    (entry,) = values(kept)
    assert (entry["type"], entry["module"]) == ("Outer.NestedError", __name__)
    assert entry["value"] == "in detail"


def test_notes_follow_the_message_each_on_its_line(kept: Keeping) -> None:
    error = ValueError("message")
    error.__notes__ = ["first", "second"]  # type: ignore[attr-defined,unused-ignore]
    rookery.capture_exception(error)
    assert values(kept)[0]["value"] == "message\nfirst\nsecond"


class MuteError(Exception):
    def __str__(self) -> str:
        raise RuntimeError

    __repr__ = __str__


def test_an_exception_that_cannot_be_told_is_told_as_broken(kept: Keeping) -> None:
    rookery.capture_exception(MuteError("x"))
    assert values(kept)[0]["value"] == "<broken repr>"


@needs_groups
def test_members_of_a_group_name_their_true_parents(kept: Keeping) -> None:
    group: Any = vars(builtins)["ExceptionGroup"]
    inner = group("in", [TypeError(), KeyError()])
    inner.exceptions[0].__cause__ = OSError("below")
    outer = group("g", [ValueError(), inner])
    outer.__cause__ = ZeroDivisionError()
    rookery.capture_exception(outer)
    told = [
        (entry["type"], place.get("exception_id"), place.get("parent_id"), place.get("source"))
        for entry in values(kept)
        for place in [entry["mechanism"]]
    ]
    assert told == [
        ("KeyError", 6, 3, "exceptions[1]"),
        ("OSError", 5, 4, "__cause__"),
        ("TypeError", 4, 3, "exceptions[0]"),
        ("ExceptionGroup", 3, 0, "exceptions[1]"),
        ("ValueError", 2, 0, "exceptions[0]"),
        ("ZeroDivisionError", 1, 0, "__cause__"),
        ("ExceptionGroup", 0, None, None),
    ]
    flags = [entry["mechanism"].get("is_exception_group") for entry in values(kept)]
    assert flags == [None, None, None, True, None, None, True]
