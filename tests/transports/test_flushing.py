"""Who flushes while a loop stands still, or while somebody else flushes."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from time import monotonic, sleep
from typing import TYPE_CHECKING, Any

import pytest

from rookery.errors import MissingExtra
from rookery.testing.conformance.declared import declared
from tests.transports.lifetimes import build, error

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from rookery.testing.server import ScriptedServer

PATIENCE = 30.0
LOOPS = ("asyncio", "eventlet", "gevent", "tornado", "trio", "twisted")


@pytest.fixture(params=LOOPS)
def name(request: pytest.FixtureRequest) -> str:
    """A transport that works on a loop of the program's."""
    try:
        declared(request.param)
    except MissingExtra as absence:
        pytest.skip(str(absence))
    return str(request.param)


def until(is_so: Callable[[], object]) -> None:
    """Wait for a condition that nobody announces."""
    deadline = monotonic() + PATIENCE
    while not is_so():
        assert monotonic() < deadline
        sleep(0.002)


@contextmanager
def standing_still(transport: Any) -> Iterator[None]:
    """The loop of a transport calls something that takes its time."""
    stands, goes_on = threading.Event(), threading.Event()

    def stand() -> None:
        stands.set()
        goes_on.wait(PATIENCE)

    transport.shift().loop.call_soon(stand)
    assert stands.wait(PATIENCE)
    try:
        yield
    finally:
        goes_on.set()


class Flushing(threading.Thread):
    """A thread that flushes; what came of it."""

    def __init__(self, transport: Any, timeout: float) -> None:
        super().__init__()
        self.flush: Callable[[], bool] = lambda: bool(transport.flush(timeout))
        self.is_settled: bool | None = None
        self.start()

    def run(self) -> None:
        self.is_settled = self.flush()

    def result(self) -> bool | None:
        """What it said."""
        self.join()
        return self.is_settled


def test_a_thread_sends_for_a_loop_that_stands_still(name: str, server: ScriptedServer) -> None:
    with declared(name).host() as options:
        transport: Any = build(name, server.dsn, **options)
        with standing_still(transport):
            for number in range(3):
                transport.submit(error(number))
            assert transport.flush(PATIENCE), str(transport.stats)
            assert len(server.requests) == 3
        transport.submit(error(3))
        assert transport.flush(PATIENCE)
        assert transport.stats.delivered == 4
        assert transport.close(PATIENCE)
    assert len(server.requests) == 4, "sent twice"


def test_what_a_loop_has_begun_is_not_sent_again_when_it_stands_still(
    name: str, server: ScriptedServer
) -> None:
    with declared(name).host() as options:
        transport: Any = build(name, server.dsn, **options)
        server.hold()
        transport.submit(error(1))
        server.wait_for(1)
        with standing_still(transport):
            server.release()
            assert not transport.flush(1.0)
        assert transport.flush(PATIENCE)
        assert transport.close(PATIENCE)
    assert len(server.requests) == 1, "sent twice"


def test_of_two_threads_that_flush_at_once_each_waits_for_all(
    name: str, server: ScriptedServer
) -> None:
    transport: Any = build(name, server.dsn)
    server.hold()
    transport.submit(error(1))
    first = Flushing(transport, PATIENCE)
    server.wait_for(1)
    second = Flushing(transport, PATIENCE)
    until(lambda: transport.desk.mailbox.has_mail() or not second.is_alive())
    server.release()
    assert (first.result(), second.result()) == (True, True)
    assert transport.close(PATIENCE)


def test_who_has_more_time_goes_on_with_what_another_leaves(
    name: str, server: ScriptedServer
) -> None:
    transport: Any = build(name, server.dsn)
    server.script("stall")
    transport.submit(error(1))
    hasty = Flushing(transport, 1.0)
    server.wait_for(1)
    patient = Flushing(transport, PATIENCE)
    assert (hasty.result(), patient.result()) == (False, True)
    assert transport.close(PATIENCE)
    assert transport.stats.delivered == 1
