from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import pytest

import rookery
import rookery_heron
from rookery.testing import ScriptedServer
from rookery.testing.conformance import CHECKS, Check, perform
from rookery_heron import HeronTransport
from rookery_heron_backend import HERON

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def server() -> Iterator[ScriptedServer]:
    with ScriptedServer() as server:
        yield server


@pytest.mark.parametrize("check", CHECKS, ids=str)
def test_conformance(check: Check) -> None:
    result = perform(check, HERON)
    if result.outcome == "skipped":
        pytest.skip(result.reason)
    if result.error is not None:
        raise result.error


def test_one_event_leaves_in_each_tick_and_none_without(server: ScriptedServer) -> None:
    with rookery.init(server.dsn, transport=HeronTransport):
        for number in range(3):
            rookery.capture_message(f"event {number}")
        assert server.requests == ()
        ticks = [rookery_heron.tick() for _ in range(4)]

    assert ticks == [True, True, True, False]
    assert len(server.events) == 3


def test_no_thread_is_started(server: ScriptedServer) -> None:
    with rookery.init(server.dsn, transport=HeronTransport):
        rookery.capture_message("alone")
        rookery_heron.tick()
        names = {thread.name for thread in threading.enumerate()}

    assert not [name for name in names if name.startswith("rookery")]


def test_what_no_tick_sent_is_sent_when_the_client_is_closed(server: ScriptedServer) -> None:
    with rookery.init(server.dsn, transport=HeronTransport):
        rookery.capture_message("late")

    assert len(server.events) == 1


def test_a_setting_that_a_main_loop_cannot_honour_is_refused(server: ScriptedServer) -> None:
    with pytest.raises(rookery.errors.UnsupportedSetting, match="concurrency"):
        rookery.init(server.dsn, transport=HeronTransport, concurrency=2)
