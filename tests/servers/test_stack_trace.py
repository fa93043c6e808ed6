"""Bugsink's stack trace, frame by frame, beside what the program itself knew of the failure."""

from __future__ import annotations

import ast
import linecache
import re
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest

import rookery

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.servers.bugsink import Bugsink

FRAME = re.compile(
    r"### (?P<file>.+):(?P<line>\d+) in `(?P<function>.+?)`.*(?P<rest>(?:\n(?!#{1,3} ).*)*)"
)
FAULTY = re.compile(r"^▶ +\d+ \| (?P<source>.*)$", re.MULTILINE)
LOCAL = re.compile(r"^\* `(?P<name>\w+)` = `(?P<shown>.*)`$", re.MULTILINE)


class Frame(NamedTuple):
    """A frame as either side tells it."""

    file: str
    line: int
    function: str
    source: str
    local_values: dict[str, Any]


SHOP = ("sell", "look_deeper", "count")


class OutOfStock(Exception):
    pass


def count(shelf: dict[str, int], title: str) -> int:
    left, sizes = shelf.get(title), [8, 16.5, None]
    if left is None:
        raise LookupError(title)
    return left * len(sizes)


def look_deeper(depth: int, title: str) -> int:
    shelf = {"Emma": 3, "Persuasion": depth}
    is_last, label = depth == 0, f"shelf {depth}, “{title}”"
    if is_last:
        return count(shelf, title)
    return look_deeper(depth - 1, title + label[:1])


def sell(title: str) -> None:
    basket = {"title": title, "copies": (1, 2), "paid": True}
    try:
        look_deeper(4, title)
    except LookupError as error:
        raise OutOfStock(basket["title"]) from error


def known(error: BaseException | None) -> Iterator[Frame]:
    """The frames of an exception, outermost first, as Python has them."""
    traceback = error.__traceback__ if error else None
    while traceback is not None:
        code = traceback.tb_frame.f_code
        line = linecache.getline(code.co_filename, traceback.tb_lineno).rstrip()
        here = dict(traceback.tb_frame.f_locals)
        yield Frame(code.co_filename, traceback.tb_lineno, code.co_name, line, here)
        traceback = traceback.tb_next


def shown(trace: str) -> Iterator[Frame]:
    """The frames of a stack trace as Bugsink writes it."""
    for found in FRAME.finditer(trace):
        source = FAULTY.search(found["rest"])
        told = LOCAL.finditer(found["rest"]) if found["function"] in SHOP else ()
        here = {each["name"]: value(each["shown"]) for each in told}
        yield Frame(
            found["file"],
            int(found["line"]),
            found["function"],
            source["source"] if source else "",
            here,
        )


def value(text: str) -> Any:
    """What a ``repr`` stands for; inside a container each value is one of its own."""
    read = ast.literal_eval(text)
    return inner(read) if isinstance(read, (dict, list)) else read


def inner(told: Any) -> Any:
    if isinstance(told, dict):
        return {key: inner(each) for key, each in told.items()}
    if isinstance(told, list):
        return [inner(each) for each in told]
    return value(told) if isinstance(told, str) else told


def listed(values: Any) -> Any:
    """The same with lists for tuples: JSON has no others."""
    if isinstance(values, dict):
        return {key: listed(each) for key, each in values.items()}
    return [listed(each) for each in values] if isinstance(values, (list, tuple)) else values


@pytest.mark.parametrize("transport", ["sync", "threaded"])
def test_it_has_every_frame_with_its_line_and_its_local_values(
    bugsink: Bugsink, transport: str
) -> None:
    expected: list[Frame] = []
    with rookery.init(bugsink.dsn, transport=transport):
        try:
            sell("Ulysses")
        except OutOfStock as error:
            event_id = rookery.capture_exception(error)
            expected += [*known(error.__cause__), *known(error)]
        assert rookery.flush(10)
    assert event_id is not None

    found = list(shown(bugsink.stacktrace(event_id)))

    assert [frame[:4] for frame in found] == [frame[:4] for frame in expected]
    of_the_shop = [frame for frame in expected if frame.function in SHOP]
    assert len(of_the_shop) == 8
    theirs = [frame.local_values for frame in found if frame.function in SHOP]
    assert theirs == [listed(frame.local_values) for frame in of_the_shop]
