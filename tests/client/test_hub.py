from __future__ import annotations

import threading
import warnings
from typing import TYPE_CHECKING, Any

import pytest

import rookery
from rookery.hub import SentryHubDeprecationWarning
from tests.client.keeping import DSN, Keeping

if TYPE_CHECKING:
    from rookery.scopes import Scope
    from tests.client.keeping import Init

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")


def tags_of(kept: Keeping) -> list[set[str]]:
    return [set(event.get("tags", {})) for event in kept.events]


@pytest.mark.parametrize(
    "use",
    [
        lambda: rookery.Hub.current,
        lambda: rookery.Hub.main,
        rookery.Hub,
        lambda: rookery.push_scope(lambda _: None),
        rookery.push_scope,
        lambda: rookery.configure_scope(lambda _: None),
        rookery.configure_scope,
    ],
)
def test_what_is_deprecated_says_so_where_it_is_used(use: Any) -> None:
    with pytest.warns(DeprecationWarning, match="deprecated") as told:
        use()
    (warning,) = told
    assert warning.filename == __file__


def test_a_warning_about_the_hub_may_be_switched_off_by_its_class(kept: Keeping) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        warnings.simplefilter("ignore", SentryHubDeprecationWarning)
        hub = rookery.Hub(rookery.Hub.current)
        with hub, hub.push_scope(), hub.configure_scope():
            assert hub.client is rookery.get_client()


def test_a_pushed_scope_ends_with_its_block(kept: Keeping) -> None:
    with rookery.push_scope() as scope:
        scope.set_tag("pushed", 1)
        rookery.capture_message("inside")
    rookery.capture_message("outside")
    assert tags_of(kept) == [{"pushed"}, set()]


def test_a_scope_is_pushed_for_a_call(kept: Keeping) -> None:
    def report(scope: Scope) -> None:
        scope.set_tag("pushed", 1)
        rookery.capture_message("inside")

    assert rookery.push_scope(report) is None
    rookery.capture_message("outside")
    assert tags_of(kept) == [{"pushed"}, set()]


@pytest.mark.parametrize("of_hub", [False, True])
def test_configuring_the_scope_lasts(kept: Keeping, of_hub: bool) -> None:
    configure = rookery.Hub.current.configure_scope if of_hub else rookery.configure_scope
    with configure() as scope:
        scope.set_tag("a", 1)
    assert configure(lambda scope: scope.set_tag("b", 2)) is None
    rookery.capture_message("m")
    assert tags_of(kept) == [{"a", "b"}]


def test_within_a_pushed_scope_that_one_is_configured(kept: Keeping) -> None:
    with rookery.push_scope():
        rookery.configure_scope(lambda scope: scope.set_tag("a", 1))
        rookery.capture_message("inside")
    rookery.capture_message("outside")
    assert tags_of(kept) == [{"a"}, set()]


def test_without_a_client_no_callback_is_called() -> None:
    called: list[object] = []
    rookery.configure_scope(called.append)
    rookery.push_scope(called.append)
    rookery.Hub.current.configure_scope(called.append)
    rookery.Hub.current.push_scope(called.append)
    assert called == []
    with rookery.configure_scope() as scope:
        assert isinstance(scope, rookery.Scope)


def test_a_hub_of_the_current_one_keeps_its_data_to_itself(kept: Keeping) -> None:
    rookery.set_tag("before", 1)
    with rookery.Hub(rookery.Hub.current) as hub:
        assert rookery.Hub.current is hub
        rookery.set_tag("inside", 1)
        rookery.capture_message("inside")
        hub.capture_message("inside")
    assert rookery.Hub.current is rookery.Hub.main
    rookery.capture_message("outside")
    hub.capture_message("later")
    assert tags_of(kept) == [
        {"before", "inside"},
        {"before", "inside"},
        {"before"},
        {"before", "inside"},
    ]


def test_a_hub_may_be_entered_again_and_within_itself(kept: Keeping) -> None:
    hub = rookery.Hub(rookery.Hub.current)
    with hub:
        rookery.set_tag("first", 1)
        with hub:
            rookery.set_tag("second", 1)
        with rookery.Hub(hub):
            rookery.set_tag("other", 1)
        assert rookery.Hub.current is hub
    assert hub.run(lambda: rookery.capture_message("m")) is not None
    assert tags_of(kept) == [{"first", "second"}]


def test_a_hub_captures_and_notes_in_its_own_name(kept: Keeping) -> None:
    hub = rookery.Hub(rookery.Hub.current)
    hub.add_breadcrumb(message="crumb")
    hub.scope.set_tag("hub", 1)
    ids = [
        hub.capture_message("m", level="warning"),
        hub.capture_event({"message": "e"}),
        hub.capture_exception(ValueError("x")),
    ]
    assert [event["event_id"] for event in kept.events] == ids
    assert tags_of(kept) == [{"hub"}] * 3
    assert all(event["breadcrumbs"]["values"][0]["message"] == "crumb" for event in kept.events)
    assert hub.last_event_id() == ids[-1]
    assert rookery.last_event_id() is None
    assert hub.flush(1.0)


def test_a_hub_has_a_client_of_its_own(kept: Keeping) -> None:
    other = Keeping()
    client = rookery.Client(DSN, transport=other)
    hub = rookery.Hub(client)
    assert hub.client is client
    assert hub.get_integration("logging") is client.get_integration("logging")
    with hub:
        rookery.capture_message("with")
    hub.capture_message("by")
    rookery.capture_message("without")
    assert [event["logentry"]["formatted"] for event in other.events] == ["with", "by"]
    assert [event["logentry"]["formatted"] for event in kept.events] == ["without"]


def test_binding_a_client_to_the_main_hub_binds_it_everywhere(kept: Keeping) -> None:
    other = Keeping()
    rookery.Hub.current.bind_client(rookery.Client(DSN, transport=other))
    thread = threading.Thread(target=rookery.capture_message, args=["thread"])
    thread.start()
    thread.join()
    rookery.capture_message("main")
    assert len(other.events) == 2
    assert kept.events == []
    rookery.Hub.main.bind_client(None)
    assert rookery.Hub.main.client is None
    assert rookery.capture_message("nobody") is None


def test_a_hub_goes_to_another_thread(kept: Keeping) -> None:
    hub = rookery.Hub(rookery.Hub.current)
    hub.scope.set_tag("carried", 1)

    def work() -> None:
        with hub:
            rookery.capture_message("thread")

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert tags_of(kept) == [{"carried"}]


def test_a_hub_with_a_scope_tells_of_that_scope(init: Init) -> None:
    kept = init()
    scope = rookery.Scope()
    scope.set_tag("mine", 1)
    rookery.Hub(rookery.Hub.current, scope).capture_message("m")
    assert tags_of(kept) == [{"mine"}]


def test_pushing_on_a_hub_that_is_not_in_force_pushes_on_it(kept: Keeping) -> None:
    hub = rookery.Hub(rookery.Hub.current)
    hub.scope.set_tag("hub", 1)
    with hub.push_scope() as scope:
        scope.set_tag("pushed", 1)
        rookery.capture_message("m")
    hub.push_scope(lambda scope: scope.capture_message("called"))
    assert tags_of(kept) == [{"hub", "pushed"}, {"hub"}]


def test_a_hub_tells_its_trace_whether_it_is_in_force_or_not(kept: Keeping) -> None:
    hub, trace = rookery.Hub(rookery.Hub.current), "771a43a4192642f0b136d5159a501700"
    headers = {"sentry-trace": f"{trace}-1234567890abcdef", "baggage": "sentry-release=theirs"}
    assert hub.continue_trace(headers, op="task", name="pay").trace_id == trace
    assert str(hub.get_traceparent()).startswith(trace)
    assert hub.get_baggage() == "sentry-release=theirs"
    told = dict(hub.iter_trace_propagation_headers())
    assert told == {"sentry-trace": hub.get_traceparent(), "baggage": "sentry-release=theirs"}
    assert f'content="{hub.get_traceparent()}"' in hub.trace_propagation_meta()
    assert not str(rookery.Hub.current.get_traceparent()).startswith(trace)
