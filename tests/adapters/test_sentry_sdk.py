"""sentry-sdk sends through transports of ours; runs against whatever release is installed."""

from __future__ import annotations

import gc
import logging
import os
import subprocess
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest

from rookery.adapters import sentry_sdk as through
from rookery.errors import ConfigurationError, UnknownOption, UnknownTransport
from rookery.testing import ScriptedServer
from rookery.testing.conformance.forking import fork
from rookery.testing.server import RefusingServer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

sentry_sdk = pytest.importorskip("sentry_sdk", reason="sentry-sdk is not installed")


@pytest.fixture
def server() -> Iterator[ScriptedServer]:
    with ScriptedServer() as scripted:
        yield scripted


PATCHED: list[Any] = []
"""``Logger.callHandlers`` as sentry-sdk has left it, for good, in this process."""


@pytest.fixture(autouse=True)
def lend_logging() -> Iterator[None]:
    """Other tests find logging as it was, and these as sentry-sdk wants it."""
    plain = logging.Logger.callHandlers
    if PATCHED:
        logging.Logger.callHandlers = PATCHED[-1]  # type: ignore[method-assign]  # the point
    yield
    PATCHED.append(logging.Logger.callHandlers)
    logging.Logger.callHandlers = plain  # type: ignore[method-assign]  # the point


@contextmanager
def official(dsn: str, transport: Any, **options: Any) -> Iterator[Any]:
    """sentry-sdk, initialised; its client."""
    from sentry_sdk.integrations.logging import LoggingIntegration
    from sentry_sdk.integrations.threading import ThreadingIntegration
    from sentry_sdk.scope import Scope

    loud = LoggingIntegration(level=logging.DEBUG, event_level=logging.DEBUG)
    sentry_sdk.init(
        **{
            "dsn": dsn,
            "transport": transport,
            "default_integrations": False,
            "auto_enabling_integrations": False,
            "integrations": [loud, ThreadingIntegration()],
            **options,
        }
    )
    client = Scope.get_client()  # public under another name since 2.1
    try:
        yield client
    finally:
        client.close(timeout=0.1)
        sentry_sdk.init(default_integrations=False)


def messages(server: ScriptedServer) -> list[object]:
    return [event.get("message") or event.get("logentry") for event in server.events]


@pytest.mark.parametrize("name", ["sync", "threaded", None])
def test_an_event_arrives_through_a_transport_of_ours(
    server: ScriptedServer, name: str | None
) -> None:
    with official(server.dsn, through(name, maxsize=50)) as client:
        sentry_sdk.capture_message("hello")
        sentry_sdk.flush(10)

        assert isinstance(client.transport, sentry_sdk.transport.Transport)
        assert client.transport.carrier.stats.delivered == 1
        assert client.transport.carrier.setup.settings.maxsize == 50
        assert client.transport.is_healthy()

    (request,) = server.requests
    assert request.headers["User-Agent"].startswith("rookery")
    assert server.events[0]["message"] == "hello"
    assert server.events[0]["sdk"]["name"].startswith("sentry.python")


def test_an_envelope_arrives_as_sentry_sdk_wrote_it(server: ScriptedServer) -> None:
    from sentry_sdk.envelope import Envelope, Item, PayloadRef

    envelope = Envelope(headers={"event_id": "0" * 32, "trace": {"trace_id": "1" * 32}})
    event: Any = {"event_id": "0" * 32, "message": "h\u00e9llo", 3: 1.0, "n": None}
    envelope.add_event(event)
    envelope.add_item(Item(b"\xff\n\x00", type="attachment", filename="a.bin"))
    envelope.add_item(Item("text", {"x": 1}, type="note"))
    envelope.add_item(Item(PayloadRef(path=__file__), type="attachment"))
    with official(server.dsn, through("sync")) as client:
        client.transport.capture_envelope(envelope)

    (arrived,) = server.envelopes
    assert [item.payload for item in arrived.items] == [i.get_bytes() for i in envelope.items]
    assert [{**item.headers, "type": item.type} for item in arrived.items] == [
        i.headers for i in envelope.items
    ]
    headers = {name: told for name, told in arrived.headers.items() if name != "sent_at"}
    assert headers == envelope.headers


@pytest.mark.parametrize("name", ["sync", "threaded"])
@pytest.mark.parametrize("kind", ["normal", "refusing"])
def test_sentry_sdk_hears_nothing_of_what_a_transport_does(
    server: ScriptedServer, name: str, kind: str
) -> None:
    """Its integration makes an event of each record, urllib3's own included."""
    from urllib3 import connectionpool

    heard: list[Any] = []
    crumbs: list[Any] = []
    with (
        RefusingServer() as nobody,
        everything_logged(),
        unignored(connectionpool.__name__),
        official(
            server.dsn if kind == "normal" else nobody.dsn,
            through(name, retries=1, timeout=1),
            before_send=noting(heard),
            before_breadcrumb=noting(crumbs),
        ),
    ):
        sentry_sdk.capture_message("the program's own")
        sentry_sdk.flush(10)
        sentry_sdk.capture_message("another of its own")
        sentry_sdk.flush(10)

    ours = [event.get("message") or event["logentry"] for event in heard]
    assert ours == ["the program's own", "another of its own"]
    assert crumbs == []


def noting(told: list[Any]) -> Callable[[Any, Any], Any]:
    """A hook that changes nothing."""

    def note(each: Any, _: Any) -> Any:
        told.append(each)
        return each

    return note


@contextmanager
def everything_logged() -> Iterator[None]:
    root = logging.getLogger()
    level = root.level
    root.setLevel(logging.DEBUG)
    try:
        yield
    finally:
        root.setLevel(level)


@contextmanager
def unignored(name: str) -> Iterator[None]:
    """sentry-sdk knows by name that urllib3 is not to be heard; here it has to go by ours."""
    from sentry_sdk.integrations import logging as module

    sets = [found for key, found in vars(module).items() if key.startswith("_IGNORED_LOGGERS")]
    without = [found for found in sets if name in found]
    for each in without:
        each.discard(name)
    try:
        yield
    finally:
        for each in without:
            each.add(name)


def test_a_handler_that_the_program_runs_amid_a_delivery_is_heard(server: ScriptedServer) -> None:
    class Dropped:
        def __init__(self) -> None:
            self.me = self

        def __del__(self) -> None:
            sentry_sdk.capture_message("from a destructor")

    def collect(*_: object) -> None:
        Dropped()
        gc.collect()

    server.script(500)
    with official(server.dsn, through("sync", on_drop=collect)):
        sentry_sdk.capture_message("first")
        sentry_sdk.flush(10)

    assert messages(server) == ["first", "from a destructor"]


def test_options_of_sentry_sdk_hold_unless_the_adapter_says_otherwise(
    server: ScriptedServer,
) -> None:
    options = {"shutdown_timeout": 7, "transport_queue_size": 9, "send_client_reports": False}
    with official(server.dsn, through("sync", maxsize=5), **options) as client:
        settings = client.transport.carrier.setup.settings

        assert (settings.shutdown_timeout, settings.maxsize) == (7.0, 5)
        assert settings.send_client_reports is False


def test_losses_are_reported_as_sentry_sdk_counts_them(server: ScriptedServer) -> None:
    from sentry_sdk.envelope import Item

    with official(server.dsn, through("sync")) as client:
        client.transport.record_lost_event("before_send", data_category="error", quantity=2)
        client.transport.record_lost_event("sample_rate", item=Item(b"12345", type="attachment"))
        sentry_sdk.capture_message("carries the report")
        sentry_sdk.flush(10)

    reports = [i.json for e in server.envelopes for i in e.items if i.type == "client_report"]
    told = [loss for report in reports for loss in report["discarded_events"]]  # type: ignore[index]  # a report is a mapping
    assert {(t["reason"], t["category"], t["quantity"]) for t in told} == {
        ("before_send", "error", 2),
        ("sample_rate", "attachment", 5),
    }


def test_a_flush_tells_its_callback_what_is_pending(server: ScriptedServer) -> None:
    told: list[tuple[int, float]] = []
    server.hold()
    with official(server.dsn, through("threaded")) as client:
        sentry_sdk.capture_message("held")
        client.flush(timeout=0.5, callback=lambda pending, timeout: told.append((pending, timeout)))
        server.release()
        client.flush(timeout=10)

        assert client.transport.carrier.stats.delivered == 1
    assert told == [(1, 0.5)]


def test_what_comes_after_the_end_is_counted(server: ScriptedServer) -> None:
    with official(server.dsn, through("sync")) as client:
        transport = client.transport
        transport.kill()
        sentry_sdk.capture_message("too late")

    assert sum(transport.carrier.stats.dropped.values()) == 1
    assert server.requests == ()


def test_a_forked_child_sends_its_own(server: ScriptedServer) -> None:
    with official(server.dsn, through("threaded")):
        sentry_sdk.capture_message("before")
        child = fork()
        if child == 0:
            sentry_sdk.capture_message("the child's own")
            sentry_sdk.flush(10)
            os._exit(0)
        os.waitpid(child, 0)
        sentry_sdk.flush(10)

    assert sorted(map(str, messages(server))) == ["before", "the child's own"]


PROGRAM = """
import sys, sentry_sdk
from rookery.adapters import sentry_sdk as through
sentry_sdk.init(dsn=sys.argv[1], transport=through("threaded"))
for number in range(20):
    sentry_sdk.capture_message(f"event {number}")
1 / 0
"""


def test_a_program_ends_with_everything_sent(server: ScriptedServer) -> None:
    ran = subprocess.run(
        [sys.executable, "-c", PROGRAM, server.dsn], capture_output=True, timeout=60, check=False
    )

    assert ran.returncode == 1
    assert len(server.events) == 21


@pytest.mark.parametrize(
    ("make", "expected", "told"),
    [
        (lambda: through("thraeded"), UnknownTransport, "did you mean 'threaded'"),
        (lambda: through("sync", maxsiez=3), UnknownOption, "did you mean 'maxsize'"),
        (lambda: through("sync", maxsize="many"), ConfigurationError, "maxsize"),
    ],
)
def test_what_is_wrong_fails_init(
    server: ScriptedServer, make: Callable[[], Any], expected: type[Exception], told: str
) -> None:
    with pytest.raises(expected, match=told), official(server.dsn, make()):
        pass
    sentry_sdk.init(default_integrations=False)


def test_without_a_dsn_nothing_is_built(server: ScriptedServer) -> None:
    with official("", through("thraeded")) as client:
        assert client.transport is None
