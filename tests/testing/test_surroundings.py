"""The conformance kit can put a transport into surroundings of its own, such as a running loop."""

from __future__ import annotations

import asyncio
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest

from rookery.testing.conformance import FULL, Backend, Check, Result, Rig, perform
from rookery_transports.memory import MemoryTransport

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from contextlib import AbstractContextManager


def no_look(_: Rig) -> None:
    pass


def judged(backend: Backend, look: Callable[[Rig], None]) -> Result:
    return perform(Check(look), backend)


@contextmanager
def running_loop() -> Iterator[Mapping[str, Any]]:
    """A thread in which a loop runs; a transport of these surroundings has three places."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, name="a loop")
    thread.start()
    try:
        yield {"maxsize": 3}
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


def test_what_the_surroundings_yield_is_given_to_each_transport() -> None:
    sizes: list[int] = []

    def look(rig: Rig) -> None:
        built = rig.build(), rig.build(maxsize=5)
        sizes.extend(transport.setup.settings.maxsize for transport in built)

    result = judged(Backend("threaded", FULL, host=running_loop), look)

    assert result.outcome == "passed", result.reason
    assert sizes == [3, 5]


def test_the_back_ends_settings_beat_those_of_its_surroundings() -> None:
    def look(rig: Rig) -> None:
        assert rig.build().setup.settings.maxsize == 7

    backend = Backend("threaded", FULL, settings={"maxsize": 7}, host=running_loop)

    assert judged(backend, look).outcome == "passed"


@pytest.mark.parametrize("outcome", ["passed", "failed"])
def test_the_surroundings_outlive_the_transports_of_a_check(outcome: str) -> None:
    ended: list[str] = []

    class Noting(MemoryTransport):
        def close(self, timeout: float) -> bool:
            ended.append("transport")
            return super().close(timeout)

    @contextmanager
    def house() -> Iterator[Mapping[str, Any]]:
        try:
            yield {}
        finally:
            ended.append("surroundings")

    def look(rig: Rig) -> None:
        rig.build()
        assert outcome == "passed", "on purpose"

    result = judged(Backend("memory", {"sender"}, transport=Noting, host=house), look)

    assert result.outcome == outcome, result.reason
    assert ended[0] == "transport"
    assert ended.index("surroundings") == len(ended) - 1


def test_a_thread_that_the_surroundings_leave_behind_is_a_leak() -> None:
    over = threading.Event()

    @contextmanager
    def untidy() -> Iterator[Mapping[str, Any]]:
        threading.Thread(target=over.wait, name="left behind").start()
        yield {}

    result = judged(Backend("threaded", FULL, host=untidy, patience=0.1), no_look)
    over.set()

    assert result.outcome == "failed"
    assert "left behind" in result.reason


def test_surroundings_that_cannot_be_had_fail_the_check() -> None:
    def broken() -> AbstractContextManager[Mapping[str, Any]]:
        raise LookupError("no loop")

    result = judged(Backend("threaded", FULL, host=broken), no_look)

    assert (result.outcome, result.reason) == ("failed", "LookupError: no loop")


def test_a_transport_without_a_connection_is_given_no_authority_to_trust() -> None:
    pytest.importorskip("trustme", reason="https needs rookery[testing]")
    result = perform(Check(lambda rig: rig.settle(rig.build())), Backend("memory", ()), "https")

    assert result.outcome == "passed", result.reason


def test_what_a_transport_keeps_itself_is_what_arrived() -> None:
    def look(rig: Rig) -> None:
        first, second = rig.build(), rig.build()
        rig.submit(first, 1, 2)
        rig.submit(second, 3)
        assert rig.numbers() == [1, 2, 3], str(rig.numbers())

    backend = Backend("memory", (), kept=lambda transport: transport.envelopes)
    result = judged(backend, look)

    assert result.outcome == "passed", result.reason
