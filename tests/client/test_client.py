from __future__ import annotations

import asyncio
import pickle
from typing import TYPE_CHECKING, Any

import pytest

import rookery
from rookery.client import BaseClient, NonRecordingClient
from tests.client.keeping import DSN, Keeping

if TYPE_CHECKING:
    from rookery.transport.contract import Setup
    from rookery.types import Breadcrumb, Event, Hint
    from tests.client.keeping import Init


def test_without_a_client_there_is_one_that_records_nothing() -> None:
    client = rookery.get_client()
    assert isinstance(client, rookery.NonRecordingClient)
    assert not client.is_active()
    assert client.dsn is client.transport is None
    assert client.capture_event({"message": "m"}) is None
    assert client.capture_message("m") is None
    assert client.capture_exception(ValueError("x")) is None
    assert client.get_integration("logging") is None
    assert client.flush(timeout=1)
    assert client.close()
    with client as same:
        assert same is client


def test_its_options_are_the_default_ones(kept: Keeping) -> None:
    client = rookery.NonRecordingClient()
    assert client.options["max_breadcrumbs"] == 100
    assert client.options["release"] is None
    assert client.options.keys() == rookery.get_client().options.keys()
    with pytest.raises(TypeError):
        client.options["release"] = "mine"  # type: ignore[index]


def test_either_client_is_a_base_client(init: Init) -> None:
    assert isinstance(rookery.get_client(), BaseClient)
    assert isinstance(rookery.get_client(), NonRecordingClient)
    init()
    assert isinstance(rookery.get_client(), BaseClient)
    assert not isinstance(rookery.get_client(), NonRecordingClient)


def sent_to(client: rookery.Client) -> Any:
    return client.transport


def test_a_client_is_pickled_as_what_it_was_made_of() -> None:
    client = rookery.Client(DSN, transport="memory", release="shop@1", max_breadcrumbs=7)
    copy = pickle.loads(pickle.dumps(client))
    assert isinstance(copy, rookery.Client)
    assert copy.options == client.options
    assert copy.dsn == client.dsn
    assert copy.transport is not client.transport
    assert copy.capture_message("m")
    assert len(sent_to(copy).events) == 1
    assert sent_to(client).events == []


def test_a_client_is_closed_at_the_end_of_its_block() -> None:
    kept = Keeping()
    with rookery.Client(DSN, transport=kept) as client:
        assert client.capture_message("m")
    assert kept.is_closed
    assert client.capture_message("m") is None


def test_a_client_is_told_of_the_scope_of_a_call() -> None:
    kept = Keeping()
    scope = rookery.Scope()
    scope.set_tag("a", 1)
    rookery.Client(DSN, transport=kept).capture_event({"message": "m"}, {}, scope)
    assert kept.event["tags"] == {"a": "1"}


def test_an_integration_is_had_by_name_or_class(kept: Keeping) -> None:
    from rookery.integrations.logging import LoggingIntegration

    client = rookery.get_client()
    found = client.get_integration(LoggingIntegration)
    assert isinstance(found, LoggingIntegration)
    assert client.get_integration("logging") is found
    assert client.get_integration("never heard of") is None


def test_flushing_and_closing_on_a_loop(kept: Keeping) -> None:
    async def program() -> tuple[bool, bool]:
        rookery.capture_message("m")
        return await rookery.flush_async(timeout=1.0), await rookery.close_async(timeout=1.0)

    assert asyncio.run(program()) == (True, True)
    assert kept.is_closed
    assert not rookery.is_initialized()


def test_a_callback_is_told_of_what_is_pending_on_a_loop_too(kept: Keeping) -> None:
    told: list[tuple[int, float]] = []

    def tell(pending: int, timeout: float) -> None:
        told.append((pending, timeout))

    async def program() -> bool:
        rookery.capture_message("m")
        assert await rookery.flush_async(1.0, tell)
        kept.is_slow = True
        return await rookery.flush_async(1.0, tell)

    assert asyncio.run(program()) is False
    assert told == [(1, 1.0)]


class Breaking(Keeping):
    def flush(self, timeout: float) -> bool:
        raise OSError("broken")


def test_a_transport_that_breaks_reaches_nobody_on_a_loop() -> None:
    client = rookery.Client(DSN, transport=Breaking())

    async def program() -> list[bool]:
        return [await client.flush_async(0.1), await client.close_async(0.1)]

    assert asyncio.run(program()) == [False, False]


def test_a_transport_has_the_verbs_of_sentry_sdk_too(kept: Keeping) -> None:
    kept.capture_envelope(rookery.Envelope())
    assert len(kept.envelopes) == 1
    assert kept.is_healthy()
    kept.record_lost_event("before_send", "error", quantity=2)
    assert kept.lost == [("before_send", "error")] * 2
    kept.lost.clear()
    kept.record_lost_event("sample_rate", data_category="profile")
    kept.record_lost_event("sample_rate", item=rookery.Item.from_json("event", {}))
    transaction = rookery.Item.from_json("transaction", {"spans": [{}]})
    kept.record_lost_event("sample_rate", None, transaction)
    categories = [category for _, category in kept.lost]
    assert categories == ["profile", "error", "transaction", "span", "span"]
    kept.kill()
    assert kept.is_closed
    assert kept.flushes == [0.0]


class Waiting(Keeping):
    """Everything that it is given stays pending."""

    def __init__(self, setup: Setup) -> None:
        super().__init__()
        self.setup = setup


def test_a_transport_without_room_is_not_healthy() -> None:
    client = rookery.Client(DSN, transport=Waiting, maxsize=2)
    health = []
    for _ in range(3):
        assert client.transport is not None
        health.append(client.transport.is_healthy())
        client.capture_message("m")
    assert health == [True, True, False]


def before_send(event: Event, hint: Hint) -> Event | None:
    if "exc_info" in hint and event["level"] == "error":
        event["tags"] = {"typed": "yes"}
    return event


def before_breadcrumb(crumb: Breadcrumb, hint: Hint) -> Breadcrumb | None:
    crumb["message"] = crumb.get("message", "").upper()
    return None if "log_record" in hint else crumb


def test_hooks_are_typed_with_what_they_are_given(init: Init) -> None:
    kept = init(before_send=before_send, before_breadcrumb=before_breadcrumb)
    rookery.add_breadcrumb(message="quiet")
    rookery.capture_exception(ValueError("x"))
    assert kept.event["tags"] == {"typed": "yes"}
    assert kept.event["breadcrumbs"]["values"][0]["message"] == "QUIET"


def test_a_message_has_the_level_info_by_default(kept: Keeping) -> None:
    rookery.capture_message("m")
    rookery.capture_message("m", "warning")
    rookery.capture_message("m", level=None)
    assert [event["level"] for event in kept.events] == ["info", "warning", "info"]


def test_the_last_event_is_that_of_the_isolation_scope(kept: Keeping) -> None:
    first = rookery.capture_message("m")
    with rookery.isolation_scope():
        second = rookery.capture_message("m")
        assert rookery.last_event_id() == second
    assert rookery.last_event_id() == rookery.Scope.last_event_id() == first
