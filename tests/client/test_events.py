from __future__ import annotations

import json
import logging
from typing import TYPE_CHECKING, Any

import pytest

import rookery
from rookery.transport.guard import delivering

if TYPE_CHECKING:
    from tests.client.keeping import Init, Keeping


def test_a_message_is_an_event_with_all_that_an_event_needs(init: Init) -> None:
    kept = init(release="shop@1.2", environment="test", server_name="box", dist="7")
    rookery.capture_message("hello %s", level="warning")
    event = kept.event
    assert event["logentry"] == {"formatted": "hello %s"}
    assert event["level"] == "warning"
    assert event["platform"] == "python"
    assert (event["release"], event["environment"]) == ("shop@1.2", "test")
    assert (event["server_name"], event["dist"]) == ("box", "7")
    assert event["sdk"]["name"] == "rookery.python"
    assert {"atexit", "excepthook", "logging"} <= set(event["sdk"]["integrations"])
    assert event["contexts"]["runtime"]["version"].count(".") == 2
    assert event["contexts"]["os"]["name"]
    assert isinstance(event["timestamp"], float)


def test_an_event_id_is_a_random_uuid(kept: Keeping) -> None:
    ids = {rookery.capture_message("hello") for _ in range(50)}
    assert len(ids) == 50
    for event_id in ids:
        assert event_id is not None
        assert len(event_id) == 32
        assert event_id[12] == "4"
        assert event_id[16] in "89ab"


def test_events_of_one_request_share_a_trace(init: Init) -> None:
    kept = init(release="shop@1.2")
    rookery.capture_message("one")
    rookery.capture_message("two")
    with rookery.isolation_scope() as scope:
        scope.trace = None
        rookery.capture_message("three")
    one, two, three = (event["contexts"]["trace"]["trace_id"] for event in kept.events)
    assert one == two != three
    trace = dict(kept.envelopes[0].headers["trace"])  # type: ignore[call-overload]  # a mapping
    assert 0 <= float(trace.pop("sample_rand")) < 1
    assert trace == {
        "trace_id": one,
        "public_key": "key",
        "environment": "production",
        "release": "shop@1.2",
    }


def test_a_ready_made_event_is_sent_in_strict_json_and_left_alone(init: Init) -> None:
    kept = init(disabled_integrations=["argv"])
    given: dict[str, Any] = {
        "message": "mine",
        "extra": {"nan": float("nan"), "big": 2**70, "lone": "\ud800", "odd": {1: object}},
    }
    rookery.capture_event(given)
    assert given["extra"]["big"] == 2**70
    assert kept.event["logentry"] == {"formatted": "mine"}
    assert "message" not in kept.event
    extra = json.loads(json.dumps(kept.event["extra"], allow_nan=False))
    assert extra == {
        "nan": "nan",
        "big": str(2**70),
        "lone": "\\ud800",
        "odd": {"1": "<class 'object'>"},
    }


def test_what_a_scope_knows_is_in_the_event(init: Init) -> None:
    kept = init(disabled_integrations=["argv"])
    rookery.set_tags({"a": 1, "b": True, "c": "x"})
    rookery.set_tag("c", None)
    rookery.set_user({"id": 7})
    rookery.set_extra("basket", [1, 2])
    rookery.set_context("shelf", {"rows": 3})
    rookery.set_level("fatal")
    rookery.capture_message("hello", level="info")
    event = kept.event
    assert event["tags"] == {"a": "1", "b": "True"}
    assert event["user"] == {"id": "7"}
    assert event["extra"] == {"basket": [1, 2]}
    assert event["contexts"]["shelf"] == {"rows": 3}
    assert event["level"] == "fatal"


def test_the_more_specific_scope_wins(kept: Keeping) -> None:
    rookery.get_global_scope().set_tag("where", "global")
    rookery.get_global_scope().set_user({"id": "global"})
    rookery.set_tag("who", "isolation")
    rookery.set_user({"id": "isolation"})
    with rookery.new_scope() as scope:
        scope.set_tag("who", "current")
        rookery.capture_message("hello", tags={"call": "yes"}, user={"id": "call"})
    assert kept.event["tags"] == {"where": "global", "who": "current", "call": "yes"}
    assert kept.event["user"] == {"id": "call"}


def test_a_forked_scope_keeps_its_changes_to_itself(kept: Keeping) -> None:
    rookery.set_tag("a", "outside")
    rookery.add_breadcrumb(message="outside")
    with rookery.isolation_scope():
        rookery.set_tag("a", "inside")
        rookery.add_breadcrumb(message="inside")
    rookery.capture_message("hello")
    assert kept.event["tags"] == {"a": "outside"}
    assert [crumb["message"] for crumb in kept.event["breadcrumbs"]["values"]] == ["outside"]


def test_breadcrumbs_come_in_the_order_of_their_noting_and_the_oldest_go_first(init: Init) -> None:
    kept = init(max_breadcrumbs=3)
    for number in range(5):
        rookery.add_breadcrumb(message=f"step {number}", category="test", data={"n": number})
    rookery.capture_message("hello")
    crumbs = kept.event["breadcrumbs"]["values"]
    assert [crumb["message"] for crumb in crumbs] == ["step 2", "step 3", "step 4"]
    assert crumbs[0]["data"] == {"n": 2}
    assert crumbs[0]["type"] == "default"


def test_a_breadcrumb_tells_what_was_so_when_it_was_noted(kept: Keeping) -> None:
    basket = ["apple"]
    rookery.add_breadcrumb({"message": "added", "data": {"basket": basket}})
    basket.append("pear")
    rookery.capture_message("hello")
    assert kept.event["breadcrumbs"]["values"][0]["data"] == {"basket": ["apple"]}


def test_before_breadcrumb_changes_or_drops(init: Init) -> None:
    def hook(crumb: dict[str, Any], _hint: object) -> dict[str, Any] | None:
        return None if crumb["message"] == "secret" else {**crumb, "category": "seen"}

    kept = init(before_breadcrumb=hook)
    rookery.add_breadcrumb(message="secret")
    rookery.add_breadcrumb(message="plain")
    rookery.capture_message("hello")
    (crumb,) = kept.event["breadcrumbs"]["values"]
    assert (crumb["message"], crumb["category"]) == ("plain", "seen")


def test_before_send_may_change_the_event_and_sees_the_exception(init: Init) -> None:
    seen: list[Any] = []

    def hook(event: dict[str, Any], hint: dict[str, Any]) -> dict[str, Any]:
        seen.append(hint["exc_info"][1])
        event["exception"]["values"][0]["stacktrace"]["frames"][-1]["pre_context"].clear()
        return {**event, "tags": {"seen": object}}

    kept = init(before_send=hook)
    for _ in range(2):
        with pytest.raises(KeyError) as caught:
            raise KeyError("x")
        rookery.capture_exception(caught.value)
    assert seen[1] is caught.value
    assert kept.events[0]["tags"] == {"seen": "<class 'object'>"}


def test_a_hook_that_clears_a_frame_does_not_clear_the_next_event(init: Init) -> None:
    lengths: list[int] = []

    def hook(event: dict[str, Any], _hint: object) -> dict[str, Any]:
        frame = event["exception"]["values"][0]["stacktrace"]["frames"][-1]
        lengths.append(len(frame["pre_context"]))
        frame["pre_context"].clear()
        return event

    def fail_and_capture() -> None:
        try:
            raise KeyError("x")
        except KeyError:
            rookery.capture_exception()

    init(before_send=hook)
    fail_and_capture()
    fail_and_capture()
    assert lengths[0] == lengths[1] > 0


@pytest.mark.parametrize("hook", [lambda _event, _hint: None, lambda _event, _hint: 1 / 0])
def test_before_send_drops_an_event_and_the_loss_is_counted(init: Init, hook: object) -> None:
    kept = init(before_send=hook)
    assert rookery.capture_message("hello") is None
    assert rookery.last_event_id() is None
    assert (kept.envelopes, kept.lost) == ([], [("before_send", "error")])


def test_what_before_send_captures_itself_is_ignored(init: Init) -> None:
    def hook(event: dict[str, Any], _hint: object) -> dict[str, Any]:
        rookery.capture_message("from inside")
        logging.getLogger("test").error("from inside")
        return event

    kept = init(before_send=hook)
    rookery.capture_message("hello")
    assert kept.event["logentry"] == {"formatted": "hello"}


def test_sampled_out_events_are_counted(init: Init) -> None:
    kept = init(sample_rate=0.0)
    assert rookery.capture_message("hello") is None
    assert kept.lost == [("sample_rate", "error")]


@pytest.mark.parametrize("ignored", [LookupError, KeyError, "KeyError", "builtins.KeyError"])
def test_ignored_errors_are_counted(init: Init, ignored: object) -> None:
    kept = init(ignore_errors=[ignored])
    assert rookery.capture_exception(KeyError("x")) is None
    assert rookery.capture_exception(ValueError("x")) is not None
    assert kept.lost == [("event_processor", "error")]


def test_nothing_is_captured_while_a_transport_delivers(kept: Keeping) -> None:
    token = delivering.set(True)
    try:
        assert rookery.capture_message("about ourselves") is None
        assert rookery.capture_exception(ValueError("about ourselves")) is None
        rookery.add_breadcrumb(message="about ourselves")
        logging.getLogger("urllib3").error("about ourselves")
    finally:
        delivering.reset(token)
    rookery.capture_message("about the program")
    assert kept.event["logentry"] == {"formatted": "about the program"}
    assert "breadcrumbs" not in kept.event
    assert kept.lost == []


def test_capturing_never_raises_whatever_it_is_given(kept: Keeping) -> None:
    anything: Any = object()
    assert rookery.capture_exception(anything) is None
    assert rookery.capture_event(anything) is None
    assert rookery.capture_exception(None) is None
    rookery.set_tags(anything)
    rookery.add_breadcrumb(anything)
    assert rookery.capture_message(anything, no_such_thing=1) is not None


def test_a_transport_that_breaks_its_word_does_not_reach_the_program(init: Init) -> None:
    kept = init()
    kept.submit = None  # type: ignore[assignment,method-assign]  # what a faulty transport may do
    assert rookery.capture_message("hello") is None


@pytest.mark.parametrize("level", ["nonsense", 30, object()])
def test_a_level_that_there_is_not_is_the_usual_one(kept: Keeping, level: Any) -> None:
    assert rookery.capture_message("hello", level=level)
    assert kept.event["level"] == "info"
