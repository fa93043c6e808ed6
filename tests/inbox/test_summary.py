from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rookery.inbox.reading import read_id, read_json, read_time, write_time
from rookery.inbox.store import Line, StoredEvent
from rookery.inbox.summary import Summary, culprit, level, summarise, title
from rookery.inbox.views import event_view

KEYS = (
    "exception values type value stacktrace frames filename lineno function vars context_line"
    " pre_context post_context breadcrumbs timestamp message logentry formatted level tags contexts"
    " user request extra modules sdk name threads id mechanism handled in_app data platform"
).split()
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.sampled_from(KEYS) | st.text(max_size=3), inner, max_size=6)
    ),
    max_leaves=40,
)
OBJECTS = st.dictionaries(st.sampled_from(KEYS) | st.text(max_size=3), JSON, max_size=10)


def stored(event: dict[str, Any]) -> StoredEvent:
    line = Line(1, "1", "0" * 32, 0.0, summarise(event))
    return StoredEvent(line, "key", None, {}, event, [])


@given(OBJECTS)
def test_whatever_is_sent_has_a_line_and_a_page(event: dict[str, Any]) -> None:
    assert summarise(event).level in ("fatal", "error", "warning", "info", "debug")
    assert json.loads(event_view(stored(event)).raw) == event


def test_the_line_names_the_exception_that_was_caught_and_the_frame_to_look_at() -> None:
    frames = [
        {"filename": "app.py", "lineno": 3, "function": "main", "in_app": True},
        {"filename": "shop.py", "lineno": 14, "function": "buy", "in_app": True},
        {"filename": "lib.py", "lineno": 99, "function": "get", "in_app": False},
    ]
    chain = [
        {"type": "KeyError", "value": "'tea'"},
        {"type": "OrderError", "value": "no tea\nat all", "stacktrace": {"frames": frames}},
    ]
    event = {
        "exception": {"values": chain},
        "level": "fatal",
        "timestamp": "2026-01-02T03:04:05Z",
        "platform": "python",
        "release": "1.0",
        "environment": "test",
    }

    assert summarise(event) == Summary(
        "OrderError: no tea", "shop.py:14 in buy", "fatal", 1767323045.0, "python", "1.0", "test"
    )


@pytest.mark.parametrize(
    "event",
    [
        {"message": "hello"},
        {"message": {"message": "hello"}},
        {"logentry": {"formatted": "hello", "message": "%s"}},
        {"logentry": {"message": "hello"}},
        {"sentry.interfaces.Message": {"message": "hello"}},
    ],
)
def test_a_message_is_found_under_each_of_its_names(event: dict[str, Any]) -> None:
    assert title(event) == "hello"


def test_a_chain_may_come_as_a_bare_list_or_as_one_object() -> None:
    error = {"type": "ValueError", "value": "x"}

    assert title({"exception": [error]}) == title({"exception": error}) == "ValueError: x"


def test_an_event_that_says_nothing_still_has_a_line() -> None:
    assert (title({}), culprit({}), level(None)) == ("(no message)", "", "error")


@pytest.mark.parametrize(
    ("given_level", "expected"),
    [(40, "error"), ("critical", "fatal"), ("WARN", "warning"), ("log", "info"), ("?", "error")],
)
def test_levels_of_older_sdks_are_understood(given_level: object, expected: str) -> None:
    assert level(given_level) == expected


@pytest.mark.parametrize(
    ("written", "seconds"),
    [
        (1767323045, 1767323045.0),
        (1767323045.25, 1767323045.25),
        ("2026-01-02T03:04:05", 1767323045.0),
        ("2026-01-02T03:04:05.5Z", 1767323045.5),
        ("2026-01-02T05:04:05+02:00", 1767323045.0),
        ("2026-01-02 05:04:05.123456789+0200", 1767323045.123456),
        ("2026-13-02T03:04:05Z", None),
        ("yesterday", None),
        (1e300, None),
        (None, None),
    ],
)
def test_each_spelling_of_a_time_is_read(written: object, seconds: float | None) -> None:
    assert read_time(written) == seconds


@given(st.floats(min_value=0, max_value=4e9).map(lambda seconds: round(seconds, 6)))
def test_a_time_that_was_written_reads_the_same(seconds: float) -> None:
    again = read_time(write_time(seconds))

    assert again is not None
    assert write_time(again) == write_time(seconds)


def test_numbers_that_are_no_json_become_null() -> None:
    assert read_json(b"[NaN, Infinity, -Infinity, 1e999, 1.5]") == [None, None, None, None, 1.5]


@pytest.mark.parametrize("levels", [129, 300, 100_000])
def test_what_is_nested_too_deeply_is_refused_as_json(levels: int) -> None:
    with pytest.raises(ValueError, match="nested deeper than 128 levels"):
        read_json(b"[" * levels + b"]" * levels)


def test_what_is_nested_as_deeply_as_allowed_is_read() -> None:
    assert read_json(b"[" * 128 + b"]" * 128)


def test_an_id_is_read_with_and_without_dashes() -> None:
    assert read_id("12345678-9ABC-def0-1234-56789abcdef0") == "123456789abcdef0123456789abcdef0"


@pytest.mark.parametrize("written", ["", "123", "g" * 32, 5, None])
def test_what_is_no_id_is_told_what_one_is(written: object) -> None:
    with pytest.raises(ValueError, match="event id"):
        read_id(written)
