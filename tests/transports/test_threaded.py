"""What is particular to a driver with threads."""

from __future__ import annotations

import gc
import random
import threading
from typing import TYPE_CHECKING, Any

import pytest

from rookery.dsn import Dsn
from rookery.envelope import Envelope, Item
from rookery.testing.server import ScriptedServer
from rookery.transport import build_transport

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rookery.transport.contract import Transport
    from tests.transports.conftest import OwnThreads


@pytest.fixture
def server() -> Iterator[ScriptedServer]:
    with ScriptedServer() as scripted:
        yield scripted


def build(server: ScriptedServer, name: str = "threaded", **arguments: Any) -> Transport:
    """A transport to this server."""
    return build_transport(Dsn.parse(server.dsn), name, arguments=arguments)


def error(message: str = "oops") -> Envelope:
    """An envelope with one event."""
    return Envelope({"event_id": "0" * 32}, [Item.from_json("event", {"message": message})])


def test_no_thread_runs_before_the_first_event_nor_after_the_end(
    server: ScriptedServer, own_threads: OwnThreads
) -> None:
    transport = build(server)
    transport.record_lost_event("before_send", "error")
    assert transport.stats.offered == 0
    assert own_threads() == []

    transport.submit(error())
    assert transport.flush(5.0)
    assert sorted(own_threads()) == ["rookery-clerk", "rookery-sender"]

    assert transport.close(5.0)
    assert own_threads() == []


def test_more_senders_come_only_as_they_are_needed(
    server: ScriptedServer, own_threads: OwnThreads
) -> None:
    server.hold()
    transport = build(server, concurrency=5)
    for number in range(3):
        transport.submit(error(str(number)))
    server.wait_for(3)
    assert own_threads().count("rookery-sender") == 3

    server.release()
    assert transport.close(5.0)


def test_what_is_over_stays_over(server: ScriptedServer, own_threads: OwnThreads) -> None:
    for _ in range(30):
        transport = build(server)
        transport.submit(error())

        assert transport.close(5.0)
        assert transport.flush(5.0)
        assert transport.close(5.0)
        assert not transport.submit(error())
        assert transport.stats.dropped == {("closed", "error"): 1}
        assert own_threads() == []


def test_losses_are_told_where_they_happen(server: ScriptedServer) -> None:
    told: list[tuple[str, str]] = []
    before = set(threading.enumerate())
    server.hold()
    transport = build(
        server,
        maxsize=1,
        on_drop=lambda _, reason: told.append((reason, threading.current_thread().name)),
    )
    transport.submit(error("in flight"))
    server.wait_for(1)
    transport.submit(error("refused"))
    assert told == [("queue_overflow", threading.current_thread().name)]

    transport.close(0.0)
    server.release()
    for thread in set(threading.enumerate()) - before:
        if thread.name.startswith("rookery"):
            thread.join(5.0)

    reason, teller = told[1]
    assert reason == "shutdown_timeout"
    assert teller in {"rookery-clerk", "rookery-sender"}  # whoever hears of it first


def test_a_callback_may_ask_and_flush_without_waiting_for_itself(server: ScriptedServer) -> None:
    found: list[object] = []
    server.script(500)
    transport: Transport = build(
        server,
        on_drop=lambda *_: found.append((transport.flush(60.0), transport.stats.pending)),
    )
    transport.submit(error())

    assert transport.flush(5.0)
    server.wait_for(lambda: found, why="the callback")
    transport.close(5.0)


@pytest.mark.parametrize("name", ["threaded", "sync"])
def test_an_event_captured_by_the_collector_amid_a_delivery_is_the_programs(
    server: ScriptedServer, name: str
) -> None:
    import rookery

    class Dropped:
        """Tells of its end, which only the collector brings."""

        def __init__(self) -> None:
            self.me = self

        def __del__(self) -> None:
            ended.append(True)
            rookery.capture_message("from a destructor")

    ended: list[bool] = []

    def collect(*_: object) -> None:
        Dropped()
        while not ended:  # where another thread collects just now, this one does nothing
            gc.collect()

    server.script(500)
    with rookery.init(server.dsn, transport=name, on_drop=collect, default_integrations=False):
        rookery.capture_message("first")
        rookery.flush(5.0)
        server.wait_for(lambda: len(server.events) >= 2, why="the destructor's event")

    assert [event["logentry"]["formatted"] for event in server.events] == [
        "first",
        "from a destructor",
    ]


def test_the_programs_own_chance_is_left_alone(server: ScriptedServer) -> None:
    state = random.getstate()
    server.script("reset")
    transport = build(server)
    transport.submit(error())
    assert transport.close(10.0)

    assert random.getstate() == state
