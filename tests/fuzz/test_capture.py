"""Whatever objects a program has: capturing does not raise, and what is sent can be read."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.fuzz.capturing import Recorder, recording
from tests.fuzz.situations import situation
from tests.fuzz.strict import LIMIT, faults

if TYPE_CHECKING:
    from collections.abc import Iterator
    from random import Random


@pytest.fixture(scope="module")
def recorder() -> Iterator[Recorder]:
    with recording() as found:
        yield found


@given(chance=st.randoms(use_true_random=False))
@settings(max_examples=200)
def test_an_event_is_always_sent_and_always_strict_json(recorder: Recorder, chance: Random) -> None:
    events = recorder.captured(situation(chance))

    assert [faults(event) for event in events] == [[]]


@pytest.mark.parametrize(
    ("data", "fault"),
    [
        (b'{"a": 1, "a": 2}', "twice"),
        (b'{"a": NaN}', "NaN is not JSON"),
        (b'{"a": 1e999}', "beyond a double"),
        (b'{"a": 18446744073709551616}', "beyond 64 bits"),
        (b'{"a": "\\ud800"}', "surrogates not allowed"),
        (b'{"a": "\xff"}', "can't decode"),
        (b'{"a": ', "Expecting value"),
        (b'"' + b"a" * LIMIT + b'"', "too many"),
    ],
)
def test_a_strict_reader_complains(data: bytes, fault: str) -> None:
    assert fault in faults(data)[0]
