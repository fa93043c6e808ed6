"""Values that share their parts: written out they have no end, and Python's own ``repr`` tries."""

from __future__ import annotations

import json
import logging
from argparse import Namespace
from collections import ChainMap, Counter, OrderedDict, UserDict, UserList, defaultdict, deque
from collections.abc import ItemsView
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from types import GenericAlias, MappingProxyType, SimpleNamespace
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import rookery
from rookery.event.text import MAX_TEXT, safe_repr, safe_str
from tests.client.keeping import DSN, Keeping

if TYPE_CHECKING:
    from collections.abc import Callable

LEVELS = 40
"""2**40 parts, were each told as often as it is met."""
FEW = settings(max_examples=3)
"""Each takes the time of a whole event, and the ends are the same."""


class Pair(NamedTuple):
    left: Any
    right: Any


@dataclass
class Twins:
    left: Any
    right: Any


KINDS: dict[str, Callable[[Any], Any]] = {
    "list": lambda part: [part, part],
    "tuple": lambda part: (part, part),
    "dict": lambda part: {"a": part, "b": part},
    "deque": lambda part: deque([part, part]),
    "ordered": lambda part: OrderedDict(a=part, b=part),
    "default": lambda part: defaultdict(int, a=part, b=part),
    "proxy": lambda part: MappingProxyType({"a": part, "b": part}),
    "values": lambda part: {"a": part, "b": part}.values(),
    "exception": lambda part: ValueError(part, part),
    "slice": lambda part: slice(part, part),
    "alias": lambda part: GenericAlias(list, (part, part)),
    "namespace": lambda part: SimpleNamespace(left=part, right=part),
    "arguments": lambda part: Namespace(left=part, right=part),
    "partial": lambda part: partial(print, part, part),
    "pair": lambda part: Pair(part, part),
    "dataclass": lambda part: Twins(part, part),
    "user list": lambda part: UserList([part, part]),
    "user dict": lambda part: UserDict({"a": part, "b": part}),
    "chain": lambda part: ChainMap({"a": part}, {"b": part}),
    "counter": lambda part: Counter(a=part, b=part),
    "items": lambda part: ItemsView({"a": part, "b": part}),
}
BY_TYPE = {"alias"}
"""Kinds of which only the type is told."""


def nest(kinds: list[str]) -> Any:
    """A value ``LEVELS`` deep, of these kinds in turn."""
    value: Any = "the innermost"
    for level in range(LEVELS):
        value = KINDS[kinds[level % len(kinds)]](value)
    return value


def raised(error: BaseException) -> None:
    try:
        raise error
    except BaseException:  # noqa: BLE001  # whichever it is
        rookery.capture_exception()


def held(value: object) -> None:
    raised(ValueError(type(value)))


def noted(value: object) -> None:
    error: Any = ValueError()
    error.message, error.__notes__ = value, ["first"]
    raised(error)


LOG = logging.Logger("shared parts")  # noqa: LOG001  # a handler of the tree would never end
LOG.addHandler(logging.NullHandler())

PLACES: dict[str, Callable[[Any], object]] = {
    "tag": lambda value: rookery.set_tag("it", value),
    "extra": lambda value: rookery.set_extra("it", value),
    "context": lambda value: rookery.set_context("it", {"is": value}),
    "user": lambda value: rookery.set_user({"id": value, "data": value}),
    "breadcrumb": lambda value: rookery.add_breadcrumb(message=value, data={"it": value}),
    "transaction": rookery.set_transaction_name,
    "message": rookery.capture_message,
    "params": lambda value: rookery.capture_event(
        {"logentry": {"message": "%s", "params": [value]}, "tags": {"it": value}}
    ),
    "fingerprint": lambda value: rookery.capture_message("it", fingerprint=[value]),
    "log message": LOG.error,
    "log argument": lambda value: LOG.error("%s and %r", value, value),
    "log mapping": lambda value: LOG.error("%(it)s", {"it": value}),
    "log extra": lambda value: LOG.error("it", extra={"it": value}),
    "argument": lambda value: raised(ValueError(value)),
    "arguments": lambda value: raised(OSError(value, value)),
    "key": lambda value: raised(KeyError(value)),
    "variable": held,
    "note": noted,
}


@pytest.mark.parametrize("place", PLACES)
@FEW
@given(kinds=st.lists(st.sampled_from(sorted(KINDS)), min_size=1, max_size=3))
def test_an_event_is_told_of_as_much_as_there_is_room_for(place: str, kinds: list[str]) -> None:
    kept = Keeping()
    with rookery.isolation_scope() as scope, rookery.new_scope() as current:
        scope.clear()
        current.set_client(rookery.Client(DSN, transport=kept))
        PLACES[place](nest(kinds))
        rookery.capture_message("the end")

    assert kept.events[-1]["logentry"]["formatted"] == "the end"
    assert len(json.dumps(kept.events)) < 400_000


@pytest.mark.parametrize("kind", KINDS)
def test_no_kind_is_written_without_an_end(kind: str) -> None:
    value = nest([kind])
    for text in (
        safe_repr(value),
        safe_str(value),
        safe_str(ValueError(value)),
        safe_repr([value]),
    ):
        assert len(text) <= MAX_TEXT


@given(kinds=st.lists(st.sampled_from(sorted(KINDS.keys() - BY_TYPE)), min_size=1, max_size=3))
def test_a_text_is_cut_where_it_is_long_enough(kinds: list[str]) -> None:
    value = nest(kinds)
    for text in (safe_repr(value), safe_str(value)):
        assert len(text) == MAX_TEXT
        assert text.endswith("...")


SCALARS = st.one_of(
    *(st.none(), st.booleans(), st.integers(), st.floats(), st.text(), st.binary()),
    *(st.decimals(), st.dates(), st.builds(Path, st.just("a"))),
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.one_of(
        st.lists(inner, max_size=4),
        st.tuples(inner, inner),
        st.tuples(inner),
        st.sets(st.integers(), max_size=3),
        st.frozensets(st.text(), max_size=3),
        st.dictionaries(st.text(), inner, max_size=3),
        st.builds(MappingProxyType, st.dictionaries(st.integers(), inner, max_size=2)),
        st.builds(dict.values, st.dictionaries(st.integers(), inner, max_size=2)),
    ),
    max_leaves=20,
)


@given(value=VALUES)
def test_what_is_short_is_written_as_python_writes_it(value: object) -> None:
    if len(repr(value)) <= MAX_TEXT:
        assert safe_repr(value) == repr(value).encode("utf-8", "backslashreplace").decode()
        assert safe_str([value]) == str([value]).encode("utf-8", "backslashreplace").decode()


@given(args=st.lists(SCALARS | VALUES, max_size=3))
@pytest.mark.parametrize("kind", [ValueError, KeyError, RuntimeError, SystemExit])
def test_an_exception_says_what_python_has_it_say(
    kind: type[BaseException], args: list[object]
) -> None:
    error = kind(*args)
    assert safe_str(error) == str(error).encode("utf-8", "backslashreplace").decode()


def test_a_value_that_is_inside_of_itself_is_named_once() -> None:
    own: list[Any] = [1]
    own.append(own)
    assert safe_str(own) == "[1, [...]]"
