"""Objects of every kind, told without a surprise to the program."""

from __future__ import annotations

import array
import datetime as dt
import decimal
import enum
import functools
import pathlib
import threading
import types
import uuid
from collections import ChainMap, UserDict, UserList, namedtuple
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import pytest

from tests.variables.telling import attached, shown


@dataclass
class Order:
    number: int
    lines: list[int]
    password: str = "hunter2"
    hidden: int = field(default=3, repr=False)


class Colour(enum.Enum):
    RED = 1


class Level(enum.IntEnum):
    HIGH = 1


Point = namedtuple("Point", "x y")  # noqa: PYI024  # the other kind is Place


class Place(NamedTuple):
    x: int
    name: str


class Markup(str):
    __slots__ = ()


class Worded:
    def __repr__(self) -> str:
        return "in its own words"


UTC = dt.timezone.utc


@pytest.mark.parametrize(
    ("value", "in_a_frame", "in_extra"),
    [
        (Order(1, [1, 2]), "Order(number=1, lines=[1, 2], password=[Filtered])", None),
        (Colour.RED, "<Colour.RED: 1>", None),
        (Level.HIGH, "<Level.HIGH: 1>", None),
        (Point(1, "a"), "Point(x=1, y='a')", None),
        (Place(1, "a"), "Place(x=1, name='a')", None),
        (Markup("a"), "'a'", "a"),
        (Worded(), "in its own words", None),
        (decimal.Decimal("1.50"), "Decimal('1.50')", "1.50"),
        (uuid.UUID(int=1), f"UUID('{uuid.UUID(int=1)}')", str(uuid.UUID(int=1))),
        (pathlib.PurePosixPath("/a"), "PurePosixPath('/a')", "/a"),
        (dt.date(2020, 1, 2), "datetime.date(2020, 1, 2)", "2020-01-02"),
        (
            dt.datetime(2020, 1, 2, tzinfo=UTC),
            "datetime.datetime(2020, 1, 2, 0, 0, tzinfo=datetime.timezone.utc)",
            "2020-01-02T00:00:00+00:00",
        ),
        (b"\xff", "b'\\xff'", "\ufffd"),
        (float("nan"), "nan", "nan"),
        (2**64, "18446744073709551616", "18446744073709551616"),
        ("\ud800", "'\\ud800'", "\\ud800"),
        (array.array("i", [1]), "array('i', [1])", None),
        (ValueError([1]), "ValueError([1])", None),
        (functools.partial(print, 1, end=""), "functools.partial(", None),
        (types.SimpleNamespace(a=1, token="t"), "namespace(a=1, token=[Filtered])", None),
        (UserDict(a=1), {"a": "1"}, {"a": 1}),
        (UserList([1]), ["1"], [1]),
        (ChainMap({"a": 1}), [{"a": "1"}], [{"a": 1}]),
        ({"a": 1}.keys(), ["'a'"], ["a"]),
    ],
    ids=lambda value: type(value).__name__,
)
def test_each_kind_is_told_in_its_words(value: object, in_a_frame: Any, in_extra: Any) -> None:
    told = shown(value)
    assert told.startswith(in_a_frame) if isinstance(told, str) else told == in_a_frame
    if in_extra is not None:
        assert attached(value) == in_extra


def test_a_memoryview_and_a_held_lock_are_told_without_being_read() -> None:
    lock = threading.Lock()
    with lock:
        assert "locked" in shown(lock)
    assert shown(memoryview(b"abc")).startswith("<memory at")


def test_a_field_that_an_author_hid_stays_hidden() -> None:
    assert "hidden" not in shown(Order(1, []))


def test_the_fields_of_attrs_and_pydantic_are_told() -> None:
    attrs = pytest.importorskip("attrs")
    pydantic = pytest.importorskip("pydantic")
    parcel = attrs.make_class("Parcel", ["weight", "token"])
    model = pydantic.create_model("Model", size=(int, 1), secret=(str, "x"))

    assert shown(parcel(2, "t")) == "Parcel(weight=2, token=[Filtered])"
    assert shown(model()) == "Model(size=1, secret=[Filtered])"


def test_keys_may_be_of_any_type_and_none_hides_another() -> None:
    keys = {1: "a", "1": "b", None: "c", (1, 2): "d", Colour.RED: "e", Order: "f"}
    told = attached(keys)
    assert len(told) == len(keys)
    assert (told["1"], told["1 (int)"]) == ("b", "a")


class Counting(list[int]):
    """A list that counts how often it is told."""

    told = 0

    def __repr__(self) -> str:
        type(self).told += 1
        return "counted"


@pytest.mark.parametrize(
    "wrap",
    [
        lambda held: Order(1, held),
        lambda held: Point(held, held),
        ValueError,
        lambda held: types.SimpleNamespace(held=held),
        lambda held: functools.partial(print, held),
        lambda held: {held.__class__.__name__: held},
    ],
)
def test_no_object_is_a_way_around_the_limits(wrap: Any) -> None:
    Counting.told = 0
    told = str(shown(wrap(Counting(range(10**6)))))
    assert len(told) <= 1024
    assert Counting.told == 0


def test_an_object_within_itself_ends() -> None:
    ring = types.SimpleNamespace()
    ring.ring = ring
    assert shown(ring) == "namespace(ring=<cyclic>)"


class Endless(dict[int, int]):
    """A mapping that would not end if it were asked."""

    def __iter__(self) -> Any:
        raise AssertionError("it was walked")

    items = keys = values = __iter__


def test_huge_containers_are_walked_no_further_than_the_limit() -> None:
    assert len(shown(dict.fromkeys(range(10**6)))) == 10
    assert len(shown(range(10**9).__class__(10))) <= 1024
    assert shown(Endless({1: 1})) == {"1": "1"}
