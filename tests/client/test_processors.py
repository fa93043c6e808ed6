from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

import rookery

if TYPE_CHECKING:
    from tests.client.keeping import Init, Keeping


def add(processor: Any) -> None:
    rookery.get_isolation_scope().add_event_processor(processor)


def passing(asked: list[str], name: str) -> Any:
    """A hook that notes that it was asked, and lets everything pass."""

    def note(event: Any, _: Any) -> Any:
        asked.append(name)
        return event

    return note


def test_an_event_processor_changes_the_event(kept: Keeping) -> None:
    @add
    def change(event: Any, hint: Any) -> Any:
        assert isinstance(hint["exc_info"][1], ValueError)
        event["extra"] = {"odd": {1, 2}, "nan": float("nan")}
        return event

    rookery.capture_exception(ValueError("x"))
    assert kept.event["extra"] == {"odd": [1, 2], "nan": "nan"}


def test_an_event_processor_sees_the_whole_event(init: Init) -> None:
    kept = init(release="shop@1")
    seen: list[dict[str, Any]] = []

    @add
    def look(event: Any, _: Any) -> Any:
        seen.append(event)
        return event

    rookery.capture_message("m", tags={"a": 1})
    (event,) = seen
    assert event["event_id"] == kept.event["event_id"]
    assert event["release"] == "shop@1"
    assert event["tags"] == {"a": "1"}
    assert event["contexts"]["trace"]


@pytest.mark.parametrize("how", ["returns None", "raises", "returns no event"])
def test_an_event_that_a_processor_drops_is_counted(kept: Keeping, how: str) -> None:
    @add
    def drop(_event: Any, _hint: Any) -> Any:
        if how == "raises":
            raise KeyError
        return None if how == "returns None" else True

    assert rookery.capture_message("m") is None
    assert kept.envelopes == []
    assert kept.lost == [("event_processor", "error")]
    assert rookery.last_event_id() is None


def test_what_follows_a_processor_that_drops_is_not_asked(init: Init) -> None:
    asked: list[str] = []
    init(before_send=passing(asked, "before_send"))
    add(lambda _event, _hint: None)
    add(passing(asked, "second"))
    rookery.capture_message("m")
    assert asked == []


def test_processors_run_before_before_send(init: Init) -> None:
    asked: list[str] = []
    init(before_send=passing(asked, "before_send"))
    add(passing(asked, "processor"))
    rookery.capture_message("m")
    assert asked == ["processor", "before_send"]


def test_sampling_comes_last(init: Init) -> None:
    asked: list[str] = []
    kept = init(sample_rate=0.0, before_send=passing(asked, "asked"))
    assert rookery.capture_message("m") is None
    assert asked == ["asked"]
    assert kept.lost == [("sample_rate", "error")]


def test_an_error_processor_is_asked_about_exceptions_of_its_class(kept: Keeping) -> None:
    asked: list[str] = []

    def noting(name: str) -> Any:
        def note(event: Any, exc_info: Any) -> Any:
            asked.append(f"{name} {exc_info[0].__name__}")
            return event

        return note

    scope = rookery.get_isolation_scope()
    scope.add_error_processor(noting("any"))
    scope.add_error_processor(noting("lookup"), LookupError)
    rookery.capture_exception(KeyError("x"))
    rookery.capture_exception(ValueError("x"))
    rookery.capture_message("no exception")
    assert asked == ["any KeyError", "lookup KeyError", "any ValueError"]


def test_an_error_processor_may_drop_the_event(kept: Keeping) -> None:
    rookery.get_isolation_scope().add_error_processor(lambda _event, _info: None, cls=KeyError)
    assert rookery.capture_exception(KeyError("x")) is None
    assert kept.lost == [("event_processor", "error")]


def test_what_is_captured_inside_a_processor_is_ignored(kept: Keeping) -> None:
    @add
    def chatty(event: Any, _: Any) -> Any:
        assert rookery.capture_message("again") is None
        return event

    rookery.capture_message("once")
    assert kept.event["logentry"] == {"formatted": "once"}


def test_an_exception_is_captured_once_in_a_row(kept: Keeping) -> None:
    error = ValueError("x")
    assert rookery.capture_exception(error)
    assert rookery.capture_exception(error) is None
    assert kept.lost == [("event_processor", "error")]
    rookery.capture_exception(ValueError("x"))
    rookery.capture_exception(error)
    assert len(kept.envelopes) == 3


def test_an_exception_is_captured_again_where_nobody_dedupes(init: Init) -> None:
    kept = init(disabled_integrations=["dedupe"])
    error = ValueError("x")
    rookery.capture_exception(error)
    rookery.capture_exception(error)
    assert len(kept.envelopes) == 2


def test_an_exception_that_before_send_dropped_may_be_captured_again(init: Init) -> None:
    answers: list[Any] = [None]
    kept = init(before_send=lambda event, _: answers.pop() if answers else event)
    error = ValueError("x")
    assert rookery.capture_exception(error) is None
    assert rookery.capture_exception(error)
    assert kept.lost == [("before_send", "error")]


def test_a_message_is_never_taken_for_a_repetition(kept: Keeping) -> None:
    rookery.capture_message("m")
    rookery.capture_message("m")
    assert len(kept.envelopes) == 2


def test_a_hook_may_return_an_event_of_its_own(init: Init) -> None:
    kept = init(before_send=lambda _event, _hint: {"logentry": {"formatted": "mine"}})
    event_id = rookery.capture_message("m")
    assert kept.event["logentry"] == {"formatted": "mine"}
    assert kept.event["event_id"] == kept.envelopes[0].event_id == event_id
    assert kept.event["platform"] == "python"


def test_a_hook_may_take_away_what_it_likes(init: Init) -> None:
    def strip(event: Any, _: Any) -> Any:
        for name in ("event_id", "timestamp", "contexts"):
            del event[name]
        return event

    kept = init(before_send=strip)
    event_id = rookery.capture_message("m")
    assert kept.event["event_id"] == event_id is not None
    assert "contexts" not in kept.event


@pytest.mark.parametrize("answer", [{}, [], "text", True, object()])
def test_what_is_no_event_is_a_dropped_one(init: Init, answer: Any) -> None:
    kept = init(before_send=lambda _event, _hint: answer)
    assert rookery.capture_message("m") is None
    assert kept.lost == [("before_send", "error")]


def test_an_event_that_cannot_be_sent_is_counted(init: Init) -> None:
    def break_it(event: Any, hint: Any) -> Any:
        hint["attachments"] = 42
        return event

    kept = init(before_send=break_it)
    assert rookery.capture_message("m") is None
    assert kept.lost == [("internal_sdk_error", "error")]
