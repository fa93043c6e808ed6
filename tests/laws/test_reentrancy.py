"""Capture and flush may be called from where nothing may be waited for."""

from __future__ import annotations

import os
import signal
import threading
from collections import Counter

import pytest

import rookery
from rookery.testing.server import ScriptedServer
from tests.laws.running import run
from tests.runtimes.running import needs

ROUNDS = int(os.environ.get("ROOKERY_TEST_ROUNDS", "1000"))
POINTS = 200
REQUESTS = pytest.param("requests", marks=needs("requests"))


@pytest.mark.parametrize("by", ["signal", "finalizer", "gc"])
@pytest.mark.parametrize("transport", ["threaded", "sync"])
def test_interruptions_never_hang_and_the_books_balance(transport: str, by: str) -> None:
    with ScriptedServer() as server:
        ended = run("interrupted", server.dsn, transport, by, ROUNDS)

    assert ended.code == 0, ended.complained


@pytest.mark.parametrize("transport", ["threaded", "sync", REQUESTS])
def test_a_signal_handler_may_capture_at_any_point_of_a_capture_and_nothing_is_lost(
    transport: str,
) -> None:
    with ScriptedServer() as server:
        ended = run("handling", server.dsn, transport, POINTS)
        messages = Counter(event["logentry"]["formatted"] for event in server.events)

    assert ended.code == 0, ended
    assert len(messages) == messages.total() == 2 * POINTS + 2


@pytest.mark.parametrize("transport", ["sync", REQUESTS])
def test_a_signal_handler_may_capture_while_its_thread_waits_for_an_answer(transport: str) -> None:
    handled = threading.Event()

    def handle(*_: object) -> None:
        rookery.capture_message("of the handler")
        rookery.flush(600.0)
        handled.set()

    def interrupt(server: ScriptedServer) -> None:
        server.wait_for(1)
        signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGUSR1)
        handled.wait()
        server.release()

    former = signal.signal(signal.SIGUSR1, handle)
    try:
        with ScriptedServer() as server, rookery.init(server.dsn, transport=transport):
            server.hold()
            threading.Thread(target=interrupt, args=[server], daemon=True).start()
            rookery.capture_message("of the program")

            messages = [event["logentry"]["formatted"] for event in server.events]
            assert messages == ["of the program", "of the handler"]
    finally:
        signal.signal(signal.SIGUSR1, former)
