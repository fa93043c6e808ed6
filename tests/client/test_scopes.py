from __future__ import annotations

import copy
import threading
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from typing import TYPE_CHECKING, Any

import pytest

import rookery
from rookery.scope import add_global_event_processor, use_isolation_scope, use_scope

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rookery.scopes import Scope
    from rookery.types import Event, Hint
    from tests.client.keeping import Init, Keeping


def test_the_more_specific_scope_has_the_last_word(kept: Keeping) -> None:
    rookery.get_global_scope().set_tags({"a": "global", "b": "global", "c": "global"})
    rookery.get_isolation_scope().set_tags({"b": "isolation", "c": "isolation", "d": "isolation"})
    with rookery.new_scope() as scope:
        scope.set_tags({"c": "current", "d": "current", "e": "current"})
        rookery.capture_message("m", tags={"e": "call"})
    assert kept.event["tags"] == {
        "a": "global",
        "b": "isolation",
        "c": "current",
        "d": "current",
        "e": "call",
    }


@pytest.mark.parametrize("name", ["user", "fingerprint", "transaction", "level"])
def test_of_a_scalar_the_most_specific_one_is_told(kept: Keeping, name: str) -> None:
    values: dict[str, tuple[Any, ...]] = {
        "user": ({"id": "1"}, {"id": "2"}, {"id": "3"}),
        "fingerprint": (["1"], ["2"], ["3"]),
        "transaction": ("1", "2", "3"),
        "level": ("debug", "warning", "fatal"),
    }
    scopes = [
        rookery.get_global_scope(),
        rookery.get_isolation_scope(),
        rookery.get_current_scope(),
    ]
    for scope, value in zip(scopes, values[name], strict=True):
        setattr(scope, name, value)
        rookery.capture_message("m")
    assert tuple(event[name] for event in kept.events) == values[name]


def test_breadcrumbs_and_attachments_of_all_scopes_are_told_in_order(kept: Keeping) -> None:
    rookery.get_global_scope().add_breadcrumb(message="1")
    rookery.get_isolation_scope().add_breadcrumb(message="2")
    rookery.get_isolation_scope().add_attachment(b"2", "2.txt")
    with rookery.new_scope() as scope:
        scope.add_breadcrumb(message="3")
        scope.add_attachment(b"3", "3.txt")
        rookery.capture_message("m")
    assert [crumb["message"] for crumb in kept.event["breadcrumbs"]["values"]] == ["1", "2", "3"]
    assert [item.payload for item in kept.envelopes[0].items[1:]] == [b"2", b"3"]


def test_level_and_maps_of_a_scope_beat_the_event_and_the_rest_fills_gaps(kept: Keeping) -> None:
    scope = rookery.get_isolation_scope()
    scope.set_level("fatal")
    scope.set_tag("a", "scope")
    scope.set_user({"id": "scope"})
    scope.set_transaction_name("scope")
    scope.fingerprint = ["scope"]
    event: dict[str, Any] = {
        "level": "info",
        "tags": {"a": "event", "b": "event"},
        "user": {"id": "event"},
        "transaction": "event",
        "fingerprint": ["event"],
    }
    rookery.capture_event(event)
    assert kept.event["level"] == "fatal"
    assert kept.event["tags"] == {"a": "scope", "b": "event"}
    assert kept.event["user"] == {"id": "event"}
    assert kept.event["transaction"] == "event"
    assert kept.event["fingerprint"] == ["event"]


def test_a_transaction_name_comes_with_its_source(kept: Keeping) -> None:
    rookery.set_transaction_name("/order/{id}", source="route")
    rookery.capture_message("m")
    assert kept.event["transaction"] == "/order/{id}"
    assert kept.event["transaction_info"] == {"source": "route"}


def test_what_is_removed_is_not_told(init: Init) -> None:
    kept = init(disabled_integrations=["argv"])
    scope = rookery.get_isolation_scope()
    scope.set_tag("a", 1)
    scope.set_extra("b", 2)
    scope.set_context("c", {"d": 3})
    scope.remove_tag("a")
    scope.remove_extra("b")
    scope.remove_context("c")
    for remove in (scope.remove_tag, scope.remove_extra, scope.remove_context):
        remove("never there")
    rookery.capture_message("m")
    assert not {"tags", "extra"} & kept.event.keys()
    assert "c" not in kept.event["contexts"]


def test_neither_side_of_a_fork_sees_what_the_other_changes(kept: Keeping) -> None:
    def fill(scope: Scope, name: str) -> None:
        scope.set_tag(name, 1)
        scope.set_extra(name, 1)
        scope.set_context(name, {"a": 1})
        scope.add_breadcrumb(message=name)
        scope.add_attachment(b"", f"{name}.txt")
        scope.add_flag(name, value=True)
        scope.add_event_processor(lambda event, _: event)

    scope = rookery.Scope()
    fill(scope, "before")
    forked = scope.fork()
    fill(scope, "left")
    fill(forked, "right")
    for side, others in ((scope, "right"), (forked, "left")):
        assert others not in {*side.tags, *side.extra, *side.contexts, *side.flags}
        assert len(side.breadcrumbs) == len(side.attachments) == 2
        assert len(side._event_processors) == 2
    assert copy.copy(scope).tags == scope.tags
    assert copy.copy(scope).tags is not scope.tags


def test_clear_forgets_everything_but_the_client_and_the_processors(kept: Keeping) -> None:
    scope = rookery.get_isolation_scope()
    rookery.set_tag("a", 1)
    rookery.set_user({"id": 1})
    rookery.add_breadcrumb(message="m")
    scope.add_attachment(b"", "a.txt")
    scope.add_event_processor(_marking("still here"))
    scope.clear()
    rookery.capture_message("m")
    assert kept.event["tags"] == {"still here": "yes"}
    assert not {"user", "breadcrumbs"} & kept.event.keys()
    assert len(kept.envelopes[0].items) == 1


def _marking(name: str) -> Any:
    def mark(event: dict[str, Any], _: object) -> dict[str, Any]:
        event.setdefault("tags", {})[name] = "yes"
        return event

    return mark


def test_new_scope_ends_with_its_block(kept: Keeping) -> None:
    with rookery.new_scope() as scope:
        scope.set_tag("a", 1)
        assert rookery.get_current_scope() is scope
        rookery.set_tag("b", 2)
    rookery.capture_message("m")
    assert kept.event["tags"] == {"b": "2"}


def test_isolation_scope_forks_both_scopes(kept: Keeping) -> None:
    rookery.set_tag("outside", 1)
    with rookery.isolation_scope() as scope:
        assert rookery.get_isolation_scope() is scope
        rookery.set_tag("isolation", 1)
        rookery.get_current_scope().set_tag("current", 1)
        rookery.capture_message("inside")
    rookery.capture_message("outside")
    inside, outside = kept.events
    assert set(inside["tags"]) == {"outside", "isolation", "current"}
    assert set(outside["tags"]) == {"outside"}


def test_a_scope_of_ones_own_is_used_for_a_block(kept: Keeping) -> None:
    mine, request = rookery.Scope(), rookery.Scope()
    mine.set_tag("mine", 1)
    request.set_tag("request", 1)
    with use_isolation_scope(request) as isolation, use_scope(mine) as current:
        assert (isolation, current) == (request, mine)
        rookery.capture_message("inside")
    rookery.capture_message("outside")
    assert set(kept.events[0]["tags"]) == {"mine", "request"}
    assert "tags" not in kept.events[1]


def test_a_scope_may_wrap_a_function(kept: Keeping) -> None:
    @rookery.new_scope()
    def work(name: str) -> None:
        rookery.get_current_scope().set_tag(name, 1)
        rookery.capture_message(name)

    work("a")
    work("b")
    assert [set(event["tags"]) for event in kept.events] == [{"a"}, {"b"}]


def test_an_exception_passes_through_a_scope(kept: Keeping) -> None:
    before = rookery.get_current_scope()
    with pytest.raises(KeyError), rookery.isolation_scope():
        raise KeyError
    assert rookery.get_current_scope() is before


def test_a_block_that_ends_in_another_context_than_it_began_in_harms_nobody(kept: Keeping) -> None:
    def halves() -> Iterator[None]:
        with rookery.isolation_scope():
            yield

    generator = halves()
    copy_context().run(next, generator)
    before = rookery.get_isolation_scope()
    assert next(generator, "done") == "done"
    assert rookery.get_isolation_scope() is before


def test_scope_data_of_one_call_holds_for_it_alone(init: Init) -> None:
    kept = init(disabled_integrations=["argv"])
    rookery.capture_message(
        "m",
        user={"id": 1},
        extras={"e": 1},
        contexts={"c": {"d": 1}},
        tags={"t": 1},
        fingerprint=["f"],
        level="debug",
        attributes={"a": 1},
    )
    rookery.capture_message("m")
    one, two = kept.events
    assert one["user"] == {"id": "1"}
    assert one["extra"] == {"e": 1}
    assert one["contexts"]["c"] == {"d": 1}
    assert one["tags"] == {"t": "1"}
    assert one["fingerprint"] == ["f"]
    assert one["level"] == "debug"
    assert not {"user", "extra", "tags", "fingerprint"} & two.keys()


@pytest.mark.parametrize("form", ["a scope", "a function"])
def test_a_scope_of_one_call_has_the_last_word(kept: Keeping, form: str) -> None:
    rookery.set_tags({"a": "isolation", "b": "isolation"})
    given: Any
    if form == "a scope":
        given = rookery.Scope()
        given.set_tag("a", "call")
    else:

        def given(scope: Scope) -> None:
            scope.set_tag("a", "call")

    rookery.capture_exception(ValueError("x"), scope=given)
    assert kept.event["tags"] == {"a": "call", "b": "isolation"}


def test_scope_data_that_nobody_knows_is_left_out_of_the_event(kept: Keeping) -> None:
    rookery.capture_message("m", tags={"a": 1}, colour="red")
    assert kept.event["logentry"] == {"formatted": "m"}


def test_what_is_named_beside_it_is_told(kept: Keeping) -> None:
    rookery.capture_message("m", nobody_knows=1, tags={"a": "1"})
    assert kept.event["tags"] == {"a": "1"}


def test_a_function_may_take_away_what_is_in_force(kept: Keeping) -> None:
    rookery.set_tags({"kept": "1", "taken": "1"})
    rookery.add_breadcrumb(message="before")
    rookery.get_current_scope().add_event_processor(marked)

    def change(scope: rookery.Scope) -> None:
        scope.remove_tag("taken")
        scope.clear_breadcrumbs()

    rookery.capture_message("less", scope=change)
    rookery.capture_message("all")
    less, everything = kept.events
    assert less["tags"] == {"kept": "1"}
    assert "breadcrumbs" not in less
    assert less["logger"] == "marked"
    assert everything["tags"] == {"kept": "1", "taken": "1"}
    assert [crumb["message"] for crumb in everything["breadcrumbs"]["values"]] == ["before"]


def marked(event: Event, _hint: Hint) -> Event:
    return {**event, "logger": "marked"}


def test_a_scope_may_take_over_what_another_knows(kept: Keeping) -> None:
    known = rookery.Scope()
    known.set_user({"id": "7"})
    known.set_level("warning")
    known.set_tag("a", "theirs")
    known.add_flag("dark", True)
    known.add_attachment(b"x", filename="x.txt")
    known.set_transaction_name("/order", source="route")
    rookery.add_breadcrumb(message="mine")
    with rookery.isolation_scope() as other:
        other.clear_breadcrumbs()
        rookery.add_breadcrumb(message="theirs")
        known.update_from_scope(other)
    scope = rookery.get_isolation_scope()
    scope.set_tags({"a": "mine", "b": "mine"})
    scope.update_from_scope(known)
    rookery.capture_message("m")
    event = kept.event
    assert (event["user"], event["level"]) == ({"id": "7"}, "warning")
    assert event["tags"] == {"a": "theirs", "b": "mine"}
    assert event["contexts"]["flags"]["values"] == [{"flag": "dark", "result": True}]
    assert event["transaction"] == "/order"
    assert [crumb["message"] for crumb in event["breadcrumbs"]["values"]] == ["mine", "theirs"]
    assert [item.type for item in kept.envelopes[0].items] == ["event", "attachment"]


def test_a_scope_is_made_with_its_client(init: Init) -> None:
    init()
    kept = init(environment="its own")
    client = rookery.get_client()
    init(environment="global")
    assert isinstance(client, rookery.Client)
    with rookery.use_scope(rookery.Scope(client=client)):
        rookery.capture_message("m")
    assert kept.event["environment"] == "its own"


def test_capturing_on_a_scope_tells_of_it(kept: Keeping) -> None:
    scope = rookery.Scope()
    scope.set_tag("a", 1)
    assert scope.capture_message("m")
    assert scope.capture_event({"message": "e"})
    assert scope.capture_exception(ValueError("x"))
    assert [event["tags"] for event in kept.events] == [{"a": "1"}] * 3
    assert rookery.get_current_scope() is not scope


def test_capturing_on_the_isolation_scope_tells_of_it_once(kept: Keeping) -> None:
    rookery.add_breadcrumb(message="once")
    rookery.get_isolation_scope().capture_message("m")
    assert len(kept.event["breadcrumbs"]["values"]) == 1


def test_the_first_active_client_gets_the_event(init: Init) -> None:
    first, second = init(), init()
    one = rookery.Client("http://key@one.example.com/1", transport=first)
    two = rookery.Client("http://key@two.example.com/2", transport=second)
    rookery.get_isolation_scope().set_client(one)
    with rookery.new_scope() as scope:
        scope.set_client(two)
        rookery.capture_message("current")
        two.close(0)
        rookery.capture_message("isolation")
    rookery.get_isolation_scope().set_client(None)
    assert [event["logentry"]["formatted"] for event in second.events] == ["current"]
    assert [event["logentry"]["formatted"] for event in first.events] == ["isolation"]


def test_a_threads_scopes_are_its_own(init: Init) -> None:
    kept = init(disabled_integrations=["threading"])
    rookery.set_tag("main", 1)

    def work() -> None:
        rookery.set_tag("thread", 1)
        rookery.capture_message("thread")

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    with ThreadPoolExecutor(1) as pool:
        pool.submit(work).result()
    rookery.capture_message("main")
    assert [set(event["tags"]) for event in kept.events] == [{"thread"}, {"thread"}, {"main"}]


def test_the_static_methods_of_scope_are_the_functions() -> None:
    assert rookery.Scope.get_global_scope() is rookery.get_global_scope()
    assert rookery.Scope.get_isolation_scope() is rookery.get_isolation_scope()
    assert rookery.Scope.get_current_scope() is rookery.get_current_scope()
    assert rookery.Scope.get_client() is rookery.get_client()


@pytest.mark.parametrize("wanted", [True, False])
def test_whether_personal_data_may_be_told(init: Init, wanted: bool) -> None:
    init(send_default_pii=wanted)
    assert rookery.should_send_default_pii() is wanted
    assert rookery.Scope.should_send_default_pii() is wanted
    assert rookery.get_client().should_send_default_pii() is wanted


def test_without_a_client_nothing_personal_may_be_told() -> None:
    assert rookery.should_send_default_pii() is False


def test_apply_to_event_tells_of_one_scope_and_runs_its_processors(kept: Keeping) -> None:
    scope = rookery.Scope()
    scope.set_tag("a", 1)
    rookery.set_tag("isolation", 1)
    scope.add_event_processor(_marking("b"))
    applied = scope.apply_to_event({"message": "m"}, {})  # type: ignore[typeddict-unknown-key]
    assert applied is not None
    assert applied["tags"] == {"a": "1", "b": "yes"}
    assert set(applied["contexts"]["trace"]) == {"trace_id", "span_id"}


def test_dropped_breadcrumbs_are_counted(init: Init) -> None:
    kept = init(max_breadcrumbs=3)
    for number in range(5):
        rookery.add_breadcrumb(message=str(number))
    rookery.capture_message("m")
    assert [each["message"] for each in kept.event["breadcrumbs"]["values"]] == ["2", "3", "4"]
    assert kept.event["_meta"]["breadcrumbs"] == {"": {"len": 5}}
    rookery.get_isolation_scope().clear_breadcrumbs()
    rookery.capture_message("m")
    assert not {"_meta", "breadcrumbs"} & kept.events[1].keys()


def test_attributes_are_kept_for_what_has_them_and_stay_out_of_errors(kept: Keeping) -> None:
    rookery.set_attribute("a", 1)
    rookery.set_attributes({"b": 2, "c": 3})
    rookery.remove_attribute("c")
    assert rookery.get_isolation_scope().attributes == {"a": 1, "b": 2}
    rookery.capture_message("m")
    assert "attributes" not in kept.event


def test_processors_of_the_process_run_after_those_of_the_scopes(kept: Keeping) -> None:
    order: list[str] = []

    def noting(name: str) -> Any:
        def note(event: Any, _: object) -> Any:
            order.append(name)
            return event

        return note

    from rookery import processors

    before = list(processors._of_the_process)
    try:
        add_global_event_processor(noting("process"))
        rookery.get_current_scope().add_event_processor(noting("current"))
        rookery.get_global_scope().add_event_processor(noting("global"))
        rookery.get_isolation_scope().add_event_processor(noting("isolation"))
        rookery.get_isolation_scope().add_error_processor(noting("error"))
        rookery.capture_exception(ValueError("x"))
    finally:
        processors._of_the_process[:] = before
        rookery.get_global_scope()._event_processors.clear()
    assert order == ["error", "global", "isolation", "current", "process"]
