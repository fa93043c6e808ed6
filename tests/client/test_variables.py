from __future__ import annotations

import decimal
import json
import threading
from collections import OrderedDict, defaultdict, deque
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import rookery
from rookery.event.plain import plain
from rookery.event.variables import describe_variables

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.client.keeping import Keeping


def told(value: object) -> Any:
    return describe_variables([("it", value)])["it"]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (1, "1"),
        (True, "True"),
        (None, "None"),
        (1.5, "1.5"),
        (float("nan"), "nan"),
        (float("-inf"), "-inf"),
        ("it's", '"it\'s"'),
        (b"\x00", "b'\\x00'"),
        (bytearray(b"x"), "bytearray(b'x')"),
        ("\ud800", "'\\ud800'"),
        (decimal.Decimal("1.50"), "Decimal('1.50')"),
        (10**400, "<int of 1329 bits>"),
        pytest.param(10**5000, "<int of 16610 bits>", id="digits"),
        ([1, (2, {3})], ["1", ["2", ["3"]]]),
        ({"a": 1, 2: None}, {"a": "1", "2": "None"}),
        (OrderedDict(a=1), {"a": "1"}),
        (defaultdict(int, a=1), {"a": "1"}),
        (MappingProxyType({"a": 1}), {"a": "1"}),
        (deque([1], maxlen=2), ["1"]),
        (frozenset([1]), ["1"]),
        ({}, {}),
        ([], []),
    ],
)
def test_a_variable_is_told_so_that_its_type_stays_visible(value: object, text: object) -> None:
    assert told(value) == text


def test_containers_are_cut_in_breadth_and_in_depth() -> None:
    assert told(list(range(1000))) == [str(n) for n in range(10)]
    nested: list[Any] = []
    for _ in range(50):
        nested = [nested]
    assert told(nested) == [[[["<list of 1>"]]]]


def test_all_of_a_variable_together_is_bounded() -> None:
    wide = {n: {m: list(range(10)) for m in range(10)} for n in range(10)}
    assert json.dumps(told(wide)).count('"') < 600


def test_cycles_are_told_and_shared_values_are_not_mistaken_for_them() -> None:
    cyclic: list[Any] = [1]
    cyclic.append(cyclic)
    assert told(cyclic) == ["1", "<cyclic>"]
    shared = [1]
    assert told([shared, shared]) == [["1"], ["1"]]


@pytest.mark.parametrize("value", ["x" * 10**6, b"x" * 10**6])
def test_long_texts_are_cut(value: object) -> None:
    assert len(told(value)) <= 1024
    assert told(value).endswith("...")


class Hostile:
    def __repr__(self) -> str:
        raise RuntimeError("no")

    def __iter__(self) -> Iterator[object]:
        raise AssertionError("a stranger was iterated")

    def __len__(self) -> int:
        raise AssertionError("a stranger was measured")


class OddRepr:
    def __repr__(self) -> str:
        return 7  # type: ignore[return-value]  # what a faulty class does


class LyingDict(dict[str, int]):
    def items(self) -> Any:
        raise AssertionError("a subclass's own method was called")

    __iter__ = __len__ = keys = items


class Lone:
    def __repr__(self) -> str:
        return "<\ud800>"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (Hostile(), "<broken repr>"),
        (OddRepr(), "<broken repr>"),
        (LyingDict(a=1), {"a": "1"}),
        (Lone(), "<\\ud800>"),
        ({Hostile(): 1}, {"<broken repr>": "1"}),
    ],
)
def test_a_hostile_value_is_told_as_far_as_it_can_be(value: object, text: object) -> None:
    assert told(value) == text


@pytest.mark.parametrize("name", ["password", "API_KEY", "Token", "sessionid"])
def test_a_secret_is_known_by_its_name(name: str) -> None:
    assert describe_variables([(name, "hunter2")]) == {name: "[Filtered]"}


def test_a_value_is_taken_as_it_is_at_the_capture(kept: Keeping) -> None:
    basket = ["apple"]
    try:
        raise ValueError("x")
    except ValueError:
        rookery.capture_exception()
    basket.append("pear")
    assert kept.event["exception"]["values"][0]["stacktrace"]["frames"][-1]["vars"]["basket"] == [
        "'apple'"
    ]


def test_a_dictionary_that_another_thread_fills_harms_nobody() -> None:
    growing: dict[int, int] = {}
    done = threading.Event()

    def grow() -> None:
        while not done.is_set():
            growing.update(dict.fromkeys(range(50), 0))
            growing.clear()

    thread = threading.Thread(target=grow)
    thread.start()
    try:
        for _ in range(2000):
            assert isinstance(told(growing), (dict, str))
    finally:
        done.set()
        thread.join()


scalars = st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.binary()
anything = st.recursive(
    scalars | st.complex_numbers() | st.decimals() | st.datetimes() | st.uuids(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text() | st.integers(), inner),
)


@given(anything)
def test_any_value_becomes_strict_json(value: object) -> None:
    for said in (plain(value), told(value)):
        text = json.dumps(said, allow_nan=False, ensure_ascii=False)
        text.encode()
        json.loads(text, parse_int=_sixty_four_bits)


def _sixty_four_bits(text: str) -> int:
    assert -(2**63) <= int(text) < 2**64
    return int(text)
