from __future__ import annotations

import builtins
from importlib import import_module
from typing import TYPE_CHECKING, Any

import pytest

import rookery
from tests.event.telling import EMPTY, capture_what, entries

if TYPE_CHECKING:
    from tests.client.keeping import Keeping


def types(kept: Keeping) -> list[str]:
    return [entry["type"] for entry in entries(kept)]


def places(kept: Keeping) -> list[tuple[Any, ...]]:
    keys = ("exception_id", "parent_id", "source", "is_exception_group")
    mechanisms = [entry["mechanism"] for entry in entries(kept)]
    return [tuple(at.get(key) for key in keys) for at in mechanisms]


def test_a_context_that_was_suppressed_by_hand_is_not_told(kept: Keeping) -> None:
    error = ValueError("last")
    error.__context__ = KeyError("first")
    error.__suppress_context__ = True
    rookery.capture_exception(error)
    assert types(kept) == ["ValueError"]


def test_a_cause_without_suppression_gives_way_to_the_context(kept: Keeping) -> None:
    error = ValueError("last")
    error.__cause__, error.__context__ = TypeError("cause"), KeyError("context")
    error.__suppress_context__ = False
    rookery.capture_exception(error)
    assert types(kept) == ["KeyError", "ValueError"]


def test_raise_from_none_below_a_cause_ends_the_chain_there(kept: Keeping) -> None:
    def bottom() -> None:
        try:
            EMPTY["x"]
        except KeyError:
            raise OSError("bottom") from None

    def top() -> None:
        try:
            bottom()
        except OSError as error:
            raise ValueError("top") from error

    capture_what(top)
    assert types(kept) == ["OSError", "ValueError"]


def test_an_exception_that_is_its_own_cause_is_told_once(kept: Keeping) -> None:
    error = ValueError("me")
    error.__cause__ = error
    rookery.capture_exception(error)
    assert types(kept) == ["ValueError"]


def test_a_plain_chain_has_no_numbers(kept: Keeping) -> None:
    error = ValueError("last")
    error.__cause__ = KeyError("first")
    rookery.capture_exception(error)
    assert {key for entry in entries(kept) for key in entry["mechanism"]} == {"type", "handled"}


class FalsyError(Exception):
    """As a container of errors that is empty."""

    def __len__(self) -> int:
        return 0


def test_a_cause_that_is_false_is_a_cause(kept: Keeping) -> None:
    error = ValueError("last")
    error.__cause__ = FalsyError("first")
    rookery.capture_exception(error)
    assert types(kept) == ["FalsyError", "ValueError"]


class GuardedError(Exception):
    @property
    def message(self) -> str:
        raise RuntimeError

    detail = errno = __cause__ = __context__ = __notes__ = args = message  # type: ignore[assignment]


def test_an_exception_whose_attributes_all_raise_is_told_by_its_type(kept: Keeping) -> None:
    rookery.capture_exception(GuardedError("x"))
    assert types(kept) == ["GuardedError"]
    assert entries(kept)[0]["mechanism"] == {"type": "generic", "handled": True}


@pytest.mark.parametrize("number", ["text", True, 10**30, None, 1.5])
def test_an_errno_that_is_no_number_of_the_systems_is_left_out(
    kept: Keeping, number: object
) -> None:
    odd = type("OddError", (Exception,), {"errno": number})("odd")
    rookery.capture_exception(odd)
    assert "meta" not in entries(kept)[0]["mechanism"]


def test_the_errno_of_a_cause_is_told_with_the_cause(kept: Keeping) -> None:
    error = ValueError("last")
    error.__cause__ = ConnectionRefusedError(111, "refused")
    rookery.capture_exception(error)
    assert [entry["mechanism"].get("meta") for entry in entries(kept)] == [
        {"errno": {"number": 111}},
        None,
    ]


def test_notes_that_are_no_text_are_passed_over(kept: Keeping) -> None:
    error = ValueError("message")
    error.__notes__ = ["first", 2, b"three", "fourth"]  # type: ignore[attr-defined,unused-ignore]
    rookery.capture_exception(error)
    assert entries(kept)[0]["value"] == "message\nfirst\nfourth"


def test_notes_that_are_no_list_are_passed_over(kept: Keeping) -> None:
    error = ValueError("message")
    error.__notes__ = 7  # type: ignore[attr-defined,unused-ignore]
    rookery.capture_exception(error)
    assert entries(kept)[0]["value"] == "message"


def told_value(kept: Keeping, error: BaseException) -> str:
    rookery.capture_exception(error)
    value: str = entries(kept)[-1]["value"]
    return value


class NumberError(Exception):
    def __str__(self) -> str:
        return 7  # type: ignore[return-value]  # noqa: PLE0307  # the point

    def __repr__(self) -> str:
        return "NumberError as told by repr"


class RecursiveError(Exception):
    def __str__(self) -> str:
        return str(self)

    __repr__ = __str__


class SurrogateError(Exception):
    def __str__(self) -> str:
        return "half a pair: \ud83d"


def test_a_str_that_returns_no_string_makes_room_for_the_repr(kept: Keeping) -> None:
    assert told_value(kept, NumberError()) == "NumberError as told by repr"


def test_a_str_that_recurses_is_told_as_broken(kept: Keeping) -> None:
    assert told_value(kept, RecursiveError()) == "<broken repr>"


def test_a_lone_surrogate_is_told_as_its_escape(kept: Keeping) -> None:
    assert told_value(kept, SurrogateError()) == "half a pair: \\ud83d"


def test_an_exception_without_words_has_an_empty_value(kept: Keeping) -> None:
    assert told_value(kept, ValueError()) == ""


class MessageError(Exception):
    message: object = {"code": 7}


def test_a_message_that_is_no_text_is_written_out(kept: Keeping) -> None:
    assert told_value(kept, MessageError("args")) == "{'code': 7}"


def group_type() -> Any:
    """Python's own, or that of the package for Python 3.10."""
    own = getattr(builtins, "ExceptionGroup", None)
    return own or import_module("exceptiongroup").ExceptionGroup


def test_the_cause_of_a_member_deep_in_a_group_names_the_member_as_its_parent(
    kept: Keeping,
) -> None:
    group = group_type()
    deep = TypeError()
    deep.__context__ = OSError(5, "below")
    rookery.capture_exception(group("a", [group("b", [group("c", [deep])])]))
    assert places(kept) == [
        (4, 3, "__context__", None),
        (3, 2, "exceptions[0]", None),
        (2, 1, "exceptions[0]", True),
        (1, 0, "exceptions[0]", True),
        (0, None, None, True),
    ]


def test_a_group_below_a_plain_exception_is_numbered_too(kept: Keeping) -> None:
    group = group_type()
    error = ValueError("top")
    error.__cause__ = group("g", [KeyError("x")])
    rookery.capture_exception(error)
    assert places(kept) == [
        (2, 1, "exceptions[0]", None),
        (1, 0, "__cause__", True),
        (0, None, None, None),
    ]


def test_a_member_that_leads_back_to_its_group_ends_there(kept: Keeping) -> None:
    group = group_type()
    member = KeyError("x")
    whole = group("g", [member])
    member.__cause__ = whole
    rookery.capture_exception(whole)
    assert types(kept) == ["KeyError", "ExceptionGroup"]


def test_a_group_of_thousands_is_cut_and_says_nothing_false(kept: Keeping) -> None:
    group = group_type()
    rookery.capture_exception(group("g", [KeyError(n) for n in range(5000)]))
    assert len(entries(kept)) == 50
    assert places(kept)[0] == (49, 0, "exceptions[48]", None)


class NamelessType(type):
    @property
    def __name__(cls) -> str:  # type: ignore[override]  # the point
        raise RuntimeError


class NamelessError(Exception, metaclass=NamelessType):
    pass


def test_an_exception_whose_class_hides_its_name_is_told(kept: Keeping) -> None:
    error = NamelessError("words")
    error.__cause__ = KeyError("first")
    rookery.capture_exception(error)
    assert types(kept) == ["KeyError", "NamelessError"]


class UnwalkableList(list[BaseException]):
    def __iter__(self) -> Any:
        raise RuntimeError

    __len__ = __getitem__ = __iter__  # type: ignore[assignment]  # the point


def test_members_and_notes_are_read_by_pythons_own_means(kept: Keeping) -> None:
    group = BackportedGroup("g", [])
    group.exceptions = UnwalkableList([KeyError("x")])  # type: ignore[assignment]  # the point
    group.__notes__ = ["note"] * 1_000_000  # type: ignore[attr-defined,unused-ignore]
    rookery.capture_exception(group)
    assert types(kept) == ["KeyError", "BackportedGroup"]
    assert entries(kept)[-1]["value"].count("note") == 100


class BaseExceptionGroup(BaseException):  # the name that the backport has
    """A group as a package for Python 3.10 defines it."""

    def __init__(self, message: str, exceptions: list[BaseException]) -> None:
        super().__init__(message)
        self.exceptions = tuple(exceptions)


class BackportedGroup(BaseExceptionGroup, Exception):
    pass


def test_a_group_of_another_make_is_a_group(kept: Keeping) -> None:
    rookery.capture_exception(BackportedGroup("g", [KeyError("x"), ValueError("y")]))
    assert places(kept) == [
        (2, 0, "exceptions[1]", None),
        (1, 0, "exceptions[0]", None),
        (0, None, None, True),
    ]


def test_a_group_whose_members_are_no_exceptions_is_told_alone(kept: Keeping) -> None:
    group = BackportedGroup("g", [])
    group.exceptions = ("no", "exception")  # type: ignore[assignment]  # the point
    rookery.capture_exception(group)
    assert places(kept) == [(0, None, None, True)]


def test_what_is_left_out_of_a_chain_is_counted(kept: Keeping) -> None:
    error: BaseException = ValueError("the first")
    for number in range(119):
        later = KeyError(number)
        later.__cause__ = error
        error = later
    rookery.capture_exception(error)
    assert len(entries(kept)) == 50
    assert kept.event["_meta"]["exception"]["values"][""] == {"len": 120}


def test_what_is_left_out_of_a_group_is_counted(kept: Keeping) -> None:
    rookery.capture_exception(BackportedGroup("g", [KeyError(n) for n in range(5000)]))
    assert kept.event["_meta"]["exception"]["values"][""] == {"len": 5001}


def test_nothing_is_said_of_a_chain_that_is_whole(kept: Keeping) -> None:
    rookery.capture_exception(BackportedGroup("g", [KeyError(n) for n in range(49)]))
    assert len(entries(kept)) == 50
    assert "_meta" not in kept.event


def test_a_class_whose_metaclass_tells_nothing_is_reported_by_its_name() -> None:
    class Silent(type):
        def __getattribute__(cls, name: str) -> Any:
            if name in {"__qualname__", "__name__", "__module__"}:
                raise LookupError(name)
            return super().__getattribute__(name)

    class Unspoken(Exception, metaclass=Silent):
        pass

    with rookery.init("memory+http://key@127.0.0.1/1", ignore_errors=["Other"], exclude=["shop"]):
        rookery.capture_exception(Unspoken("all the same"))
        [event] = rookery.get_client().transport.events  # type: ignore[union-attr]  # memory's own

    assert event["exception"]["values"][0]["type"].endswith("Unspoken")
