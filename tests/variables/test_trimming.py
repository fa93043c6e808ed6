"""Whatever is thrown in, the event is below a megabyte, says what was cut, and tells what happened."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import rookery
from rookery.event.trimming import fit, trimmed
from tests.variables.telling import capture, notes_on_variables, variables

if TYPE_CHECKING:
    from tests.client.keeping import Keeping

MEGABYTE = 1_000_000


def frame(number: int = 0, in_app: bool = True, size: int = 100) -> dict[str, Any]:
    return {
        "function": f"f{number}",
        "filename": "a.py",
        "lineno": number + 1,
        "in_app": in_app,
        "context_line": "x" * size,
        "pre_context": ["y" * size] * 5,
        "post_context": ["z" * size] * 5,
        "vars": {f"v{n}": "w" * size for n in range(10)},
    }


def event_with(frames: list[dict[str, Any]], **more: Any) -> dict[str, Any]:
    error = {"type": "E", "value": "what happened", "stacktrace": {"frames": frames}}
    return {"event_id": "0" * 32, "timestamp": 1.0, "exception": {"values": [error]}, **more}


def told_frames(event: dict[str, Any]) -> list[dict[str, Any]]:
    frames: list[dict[str, Any]] = event["exception"]["values"][-1]["stacktrace"]["frames"]
    return frames


def test_an_event_that_is_small_enough_is_written_as_it_is() -> None:
    event = event_with([frame()])
    assert json.loads(fit(event)) == event


def test_long_texts_and_bags_go_before_anything_else() -> None:
    event = event_with([frame()], extra={"dump": "x" * 2_000_000, "user": "kept"})
    told = trimmed(event)

    assert len(told["extra"]["dump"]) <= 16 * 1024
    assert told["extra"]["dump"].endswith("...")
    assert told["extra"]["user"] == "kept"
    assert told_frames(told) == told_frames(event)
    end = len(told["extra"]["dump"])
    note = {"len": 2_000_000, "rem": [["!limit", "x", end - 3, end]]}
    assert told["_meta"] == {"extra": {"dump": {"": note}}}


def test_frames_in_the_middle_give_way_first_and_the_library_s_before_the_program_s() -> None:
    frames = [frame(n, in_app=n % 2 == 0, size=800) for n in range(100)]
    told = told_frames(trimmed(event_with(frames)))

    bare = [at for at, each in enumerate(told) if "vars" not in each]
    assert len(told) == 100
    assert told[99]["vars"]
    assert told[0]["vars"]
    assert "context_line" not in told[bare[0]]
    whole_own = [at for at in range(25, 75) if at not in bare]
    assert all(told[at]["in_app"] for at in whole_own)


def test_what_is_left_out_of_a_frame_is_noted() -> None:
    told = trimmed(event_with([frame(n, size=800) for n in range(100)]))
    notes = told["_meta"]["exception"]["values"]["0"]["stacktrace"]["frames"]
    assert notes["50"]["vars"] == {"": {"rem": [["!limit", "x"]]}}


def test_breadcrumbs_that_are_dropped_are_counted_and_notes_stay_with_their_values() -> None:
    crumbs = [{"message": str(n), "data": {"x": "y" * 2000}} for n in range(2000)]
    notes = {"breadcrumbs": {"values": {"1995": {"message": {"": {"len": 77}}}}}}
    told = trimmed(event_with([frame()], breadcrumbs={"values": crumbs}, _meta=notes))

    kept = told["breadcrumbs"]["values"]
    assert [crumb["message"] for crumb in kept] == [str(n) for n in range(1990, 2000)]
    noted = told["_meta"]["breadcrumbs"]["values"]
    assert noted[""]["len"] == 2000
    assert noted["5"]["message"] == {"": {"len": 77}}


@pytest.mark.parametrize(
    "more",
    [
        {"extra": {str(n): "x" * 9000 for n in range(2000)}},
        {"extra": {"x" * 200 + str(n): n for n in range(50_000)}},
        {"tags": {f"t{n}": "x" * 200 for n in range(20_000)}},
        {"contexts": {str(n): {"a": "\U0001f600" * 9000} for n in range(90)}},
        {"modules": {str(n): "\n" * 200 for n in range(20_000)}},
        {"unknown": [[[["x" * 1000] * 100] * 100]]},
        {"breadcrumbs": {"values": [{"message": "x" * 8000}] * 1000}},
        {"breadcrumbs": [{"message": "x" * 8000}] * 1000},
        {
            "threads": {
                "values": [{"id": n, "stacktrace": {"frames": [frame()] * 40}} for n in range(50)]
            }
        },
        {"exception": [{"type": "x" * 10_000, "value": "y" * 10**6}] * 10},
        {"exception": {"values": [{"type": "E", "stacktrace": {"frames": [frame()] * 100}}] * 20}},
        {"fingerprint": ["x" * 1000] * 5000},
        {"_meta": {"x" * 100 + str(n): {"": {"len": n}} for n in range(50_000)}},
        {"_meta": "x" * 2_000_000},
        {"release": "x" * 2_000_000},
        {"exception": "x" * 2_000_000, "threads": 1, "breadcrumbs": None, "request": "y" * 10**6},
    ],
    ids="-".join,
)
def test_nothing_makes_an_event_too_large(more: dict[str, Any]) -> None:
    event = {**event_with([frame()]), **more}
    before = json.dumps(event)
    for most in (MEGABYTE, 200_000, 20_000):
        data = fit(event, most)
        assert len(data) <= most
        assert json.loads(data)["event_id"] == "0" * 32
    assert json.dumps(event) == before


def test_an_event_cut_to_the_bone_still_says_what_happened() -> None:
    told = trimmed(event_with([frame(n) for n in range(9)], extra={"a": "x" * 10**6}), 4000)
    (error,) = told["exception"]["values"]
    assert (error["type"], error["value"]) == ("E", "what happened")
    assert error["stacktrace"]["frames"][-1]["function"] == "f8"


values = st.recursive(
    st.none() | st.integers() | st.text() | st.floats(allow_nan=False, allow_infinity=False),
    lambda held: st.lists(held) | st.dictionaries(st.text(), held),
    max_leaves=20,
)
keys = st.sampled_from(
    ["exception", "threads", "breadcrumbs", "extra", "contexts", "request", "user", "_meta", "tags"]
)


@given(st.dictionaries(keys, values))
@settings(max_examples=60)
def test_an_event_of_any_shape_can_be_trimmed(event: dict[str, Any]) -> None:
    padded = {**event, "event_id": "0" * 32, "padding": "x" * 5000}
    assert len(fit(padded, 4000)) <= 4000


def test_a_captured_event_of_any_size_is_sent_below_a_megabyte(kept: Keeping) -> None:
    big = {"extra": {str(n): "x" * 90_000 for n in range(500)}, "message": "m"}
    assert rookery.capture_event(big) is not None
    (envelope,) = kept.envelopes
    assert len(envelope.items[0].payload) <= MEGABYTE
    assert kept.event["logentry"] == {"formatted": "m"}
    assert kept.event["_meta"]["extra"]


def test_an_exception_with_the_longest_stack_and_the_widest_variables_is_sent(
    kept: Keeping,
) -> None:
    def deep(n: int) -> None:
        wide = {f"k{i}": ["w" * 1000] * 10 for i in range(10)}
        deep(n + 1) if n < 200 else wide["absent"]

    capture(deep, 0)
    (envelope,) = kept.envelopes
    assert len(envelope.items[0].payload) <= MEGABYTE
    assert variables(kept)["n"] == "200"


def test_every_cut_of_a_variable_is_noted(kept: Keeping) -> None:
    def fail() -> None:
        text = "x" * 5000
        wide = list(range(50))
        deep = [[[[[[1]]]]]]
        password = "hunter2"
        raise ValueError(text, wide, deep, password)

    capture(fail)
    notes = notes_on_variables(kept)
    assert notes["text"] == {"": {"len": 5000, "rem": [["!limit", "x", 1021, 1024]]}}
    assert notes["wide"] == {"": {"len": 50}}
    assert notes["deep"]["0"]["0"]["0"] == {"": {"rem": [["!limit", "x"]]}} or notes["deep"]
    assert notes["password"] == {"": {"rem": [["!config", "s"]]}}
    assert len(variables(kept)["text"]) == 1024


def test_a_long_message_is_noted(kept: Keeping) -> None:
    rookery.capture_message("m" * 10_000)
    note = {"len": 10_000, "rem": [["!limit", "x", 8189, 8192]]}
    assert kept.event["_meta"] == {"logentry": {"formatted": {"": note}}}


def test_the_words_of_an_exception_that_are_cut_are_noted(kept: Keeping) -> None:
    def fail() -> None:
        raise ValueError("m" * 10_000)

    capture(fail)
    note = {"len": 10_000, "rem": [["!limit", "x", 8189, 8192]]}
    assert kept.event["_meta"]["exception"]["values"]["0"]["value"] == {"": note}


def test_notes_survive_what_a_hook_does_with_the_event(init: Any) -> None:
    kept = init(before_send=lambda event, _: {**event, "extra": dict(event["extra"])})
    rookery.get_current_scope().set_extra("text", "x" * 10_000)
    rookery.capture_message("m")
    note = {"len": 10_000, "rem": [["!limit", "x", 8189, 8192]]}
    assert kept.event["_meta"] == {"extra": {"text": {"": note}}}


def test_custom_repr_has_the_first_word(init: Any) -> None:
    class Money:
        pass

    def words(value: object) -> str | None:
        if isinstance(value, Money):
            return "two pence"
        if value == 7:
            raise RuntimeError("no")
        return "one" if value == 1 else None

    kept = init(custom_repr=words)

    def fail() -> None:
        purse = [Money(), 1, 2, 7]
        raise ValueError(purse)

    rookery.get_current_scope().set_extra("money", Money())
    capture(fail)
    assert variables(kept)["purse"] == ["two pence", "one", "2", "7"]
    assert kept.event["extra"]["money"] == "two pence"


@pytest.mark.parametrize("longest", [20, 3000])
def test_max_value_length_holds_for_texts_of_the_program(init: Any, longest: int) -> None:
    kept = init(max_value_length=longest)

    def fail() -> None:
        text = "x" * 5000
        raise ValueError(text)

    rookery.get_current_scope().set_extra("text", "x" * 5000)
    capture(fail)
    assert len(variables(kept)["text"]) == longest
    assert len(kept.event["extra"]["text"]) == longest
    assert len(kept.event["exception"]["values"][0]["value"]) == longest


def test_entries_of_extra_that_are_left_out_are_counted(kept: Keeping) -> None:
    for number in range(200):
        rookery.get_current_scope().set_extra(str(number), number)
    rookery.capture_message("m")
    assert kept.event["_meta"]["extra"] == {"": {"len": 200}}
