"""Secrets do not leave the process, and the event says where one was."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

import rookery
from rookery.scrubber import DEFAULT_DENYLIST, DEFAULT_PII_DENYLIST, EventScrubber
from tests.variables.telling import capture, notes_on_variables, variables

if TYPE_CHECKING:
    from tests.client.keeping import Keeping

FILTERED = "[Filtered]"
REPLACED = {"": {"rem": [["!config", "s"]]}}


def sent(kept: Keeping, event: dict[str, Any]) -> dict[str, Any]:
    rookery.capture_event(event)
    return kept.event


@pytest.mark.parametrize("name", [*DEFAULT_DENYLIST, *DEFAULT_PII_DENYLIST, "PassWord", "COOKIE"])
def test_each_name_on_the_lists_is_filtered_in_any_case(kept: Keeping, name: str) -> None:
    told = sent(kept, {"extra": {name: "hunter2", "other": 1}})
    assert told["extra"] == {name: FILTERED, "other": 1}
    assert told["_meta"]["extra"] == {name: REPLACED}


@pytest.mark.parametrize("name", ["passwords", "my_token", "author", "_"])
def test_a_name_that_only_holds_one_is_not(kept: Keeping, name: str) -> None:
    assert sent(kept, {"extra": {name: "x"}})["extra"] == {name: "x"}


def test_every_place_of_the_protocol_is_filtered(kept: Keeping) -> None:
    frame = {"function": "f", "vars": {"token": "t", "n": "1"}}
    told = sent(
        kept,
        {
            "exception": {"values": [{"type": "E", "stacktrace": {"frames": [frame]}}]},
            "threads": {"values": [{"id": 1, "stacktrace": {"frames": [frame]}}]},
            "breadcrumbs": {"values": [{"message": "m", "data": {"secret": "t"}}]},
            "user": {"id": "1", "data": {"session": "t"}},
            "request": {"data": {"password": "t", "n": 1}},
        },
    )
    for section in ("exception", "threads"):
        (entry,) = told[section]["values"]
        assert entry["stacktrace"]["frames"][0]["vars"] == {"token": FILTERED, "n": "1"}
    assert told["breadcrumbs"]["values"][0]["data"] == {"secret": FILTERED}
    assert told["user"] == {"id": "1", "data": {"session": FILTERED}}
    assert told["request"]["data"] == {"password": FILTERED, "n": 1}
    assert told["_meta"]["user"] == {"data": {"session": REPLACED}}


def test_a_secret_variable_is_not_even_read(kept: Keeping) -> None:
    class Secret:
        def __repr__(self) -> str:
            raise AssertionError("it was read")

    def fail() -> None:
        password = Secret()
        other = 1
        raise ValueError(password, other) from None

    try:
        fail()
    except ValueError as error:
        error.args = ()
        rookery.capture_exception(error)
    told = kept.event["exception"]["values"][0]["stacktrace"]["frames"][-1]["vars"]
    assert told["password"] == FILTERED
    assert told["other"] == "1"
    assert notes_on_variables(kept)["password"] == REPLACED


def test_include_local_variables_false_sends_none(init: Any) -> None:
    kept = init(include_local_variables=False)

    def fail() -> None:
        name = "value"
        raise ValueError(name)

    capture(fail)
    frames = kept.event["exception"]["values"][0]["stacktrace"]["frames"]
    assert frames
    assert all("vars" not in frame for frame in frames)


def test_only_the_top_level_is_filtered_unless_asked_for(init: Any) -> None:
    nested = {"extra": {"a": {"password": "t"}, "b": [{"token": "t"}, [{"secret": "t"}]]}}
    assert sent(init(), nested)["extra"] == nested["extra"]

    kept = init(event_scrubber=EventScrubber(recursive=True))
    assert sent(kept, nested)["extra"] == {
        "a": {"password": FILTERED},
        "b": [{"token": FILTERED}, [{"secret": FILTERED}]],
    }


def test_recursion_reaches_variables(init: Any) -> None:
    kept = init(event_scrubber=EventScrubber(recursive=True))

    def fail() -> None:
        form = {"password": "hunter2", "n": 1}
        raise ValueError(form["n"])

    capture(fail)
    assert variables(kept)["form"] == {"password": FILTERED, "n": "1"}


def test_a_list_of_the_program_s_takes_the_place_of_ours(init: Any) -> None:
    kept = init(event_scrubber=EventScrubber(denylist=["iban"], pii_denylist=[]))

    def fail() -> None:
        iban = "DE1"
        token = "shown"
        raise ValueError(iban, token)

    capture(fail)
    assert variables(kept)["iban"] == FILTERED
    assert variables(kept)["token"] == "'shown'"


def test_what_identifies_a_person_is_sent_where_it_is_asked_for(init: Any) -> None:
    event = {"user": {"id": "1", "ip_address": "1.2.3.4"}, "extra": {"x_real_ip": "1.2.3.4"}}
    hidden = sent(init(), event)
    assert hidden["user"] == {"id": "1"}
    assert hidden["_meta"]["user"] == {"ip_address": {"": {"rem": [["!config", "x"]]}}}
    assert hidden["extra"] == {"x_real_ip": FILTERED}

    shown = sent(init(send_default_pii=True), event)
    assert shown["user"] == event["user"]
    assert shown["extra"] == event["extra"]


def test_before_send_sees_nothing_that_was_filtered(init: Any) -> None:
    seen = []
    init(before_send=lambda event, _: seen.append(event["extra"]["password"]))
    rookery.capture_event({"extra": {"password": "hunter2"}})
    assert seen == [FILTERED]


def test_what_a_processor_adds_is_filtered_too(init: Any) -> None:
    kept = init()

    def add(event: Any, hint: Any) -> Any:
        event["extra"] = {"password": "hunter2"}
        return event

    rookery.get_current_scope().add_event_processor(add)
    rookery.capture_message("m")
    assert kept.event["extra"] == {"password": FILTERED}


def test_a_scrubber_of_the_program_s_own_may_be_any_object(init: Any) -> None:
    class Everything:
        def scrub_event(self, event: Any) -> None:
            event["extra"] = {"gone": True}

    kept = init(event_scrubber=Everything())
    assert sent(kept, {"extra": {"a": 1}})["extra"] == {"gone": True}


def test_an_event_whose_scrubber_fails_is_not_sent(init: Any) -> None:
    class Broken:
        def scrub_event(self, event: Any) -> None:
            raise RuntimeError("no")

    kept = init(event_scrubber=Broken())
    assert rookery.capture_message("m") is None
    assert kept.events == []
    assert kept.lost == [("event_processor", "error")]


def test_a_scrubber_can_be_used_by_hand() -> None:
    event: Any = {"extra": {"token": "t"}, "user": None, "request": 3, "breadcrumbs": [1]}
    EventScrubber().scrub_event(event)
    assert event["extra"] == {"token": FILTERED}
