from __future__ import annotations

import json
from datetime import datetime, timezone

import pytest
from hypothesis import example, given

from rookery.wire_json import decode, encode, well_formed
from tests.strategies import json_values


@given(json_values())
@example("\ud83d\ude00")
@example("\\ud800")
@example({"\ude00\ud83d": "\U0001f600"})
def test_what_is_encoded_decodes_to_its_well_formed_self(value: object) -> None:
    assert decode(encode(value)) == well_formed(value)


@given(json_values())
@example({"a\ud800": ["\udfff"]})
def test_a_strict_reader_takes_what_is_encoded(value: object) -> None:
    text = json.loads(encode(value).decode("utf-8"), parse_constant=pytest.fail)

    json.dumps(text, ensure_ascii=False).encode("utf-8")


@given(json_values())
def test_no_line_feed_is_written(value: object) -> None:
    assert b"\n" not in encode(value)


def test_half_a_surrogate_pair_costs_one_character_and_not_the_event() -> None:
    assert encode({"path": "caf\udce9", "face": "\U0001f600"}) == (
        b'{"path":"caf?","face":"\xf0\x9f\x98\x80"}'
    )


def test_it_is_compact_and_ascii_where_it_can_be() -> None:
    assert encode({"a": [1, "\u00fc"], "b": None}) == b'{"a":[1,"\\u00fc"],"b":null}'


def test_what_json_does_not_have_is_refused() -> None:
    cycle: list[object] = []
    cycle.append(cycle)
    deep: list[object] = []
    for _ in range(100_000):
        deep = [deep]

    for number in (float("nan"), float("inf"), 10**5000):
        with pytest.raises(ValueError, match=r"."):
            encode(number)
    for foreign in (datetime.now(tz=timezone.utc), b"bytes", {("a",): 1}):
        with pytest.raises(TypeError):
            encode({"a": foreign})
    for endless in (cycle, deep):
        with pytest.raises(RecursionError):
            encode(endless)


@pytest.mark.parametrize(
    "data", [b"", b"NaN", b"[Infinity]", b"1e999", b"{}{}", b"\xff", b"[" * 100_000, b"9" * 10_000]
)
def test_what_is_not_strict_json_is_a_value_error(data: bytes) -> None:
    with pytest.raises(ValueError, match=r"."):
        decode(data)
