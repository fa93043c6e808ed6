"""A program ends within its deadline, whatever the server does, and loses what it must alone."""

from __future__ import annotations

import pytest

from rookery.testing.server import ScriptedServer
from tests.laws.running import run, server
from tests.runtimes.running import needs

SERVERS = ["normal", "stalled", "refusing", "resetting"]
LAST = ["end", "early", "late", "finalizer"]
LAST_OF_THREADS = ["thread", "exiting-thread", "daemon-early", "daemon-late"]
INLINE = [pytest.param("sync", 1), pytest.param("requests", 1, marks=needs("requests"))]
QUEUEING = [
    pytest.param("threaded", 100),
    pytest.param("asyncio", 100, marks=[needs("httpcore"), needs("anyio")]),
]


@pytest.mark.parametrize("last", LAST)
@pytest.mark.parametrize("behaviour", SERVERS)
@pytest.mark.parametrize("transport", ["threaded", "sync"])
def test_a_program_ends_quietly(transport: str, behaviour: str, last: str) -> None:
    with server(behaviour) as there:
        ended = run("ending", there.dsn, transport, last)

    assert ended.code == 0
    assert "Traceback" not in ended.complained
    assert "Exception ignored" not in ended.complained


@pytest.mark.parametrize("last", LAST + LAST_OF_THREADS)
@pytest.mark.parametrize(("transport", "queued"), INLINE + QUEUEING)
def test_everything_queued_arrives_once_and_the_last_event_too(
    transport: str, queued: int, last: str
) -> None:
    with ScriptedServer() as there:
        run("ending", f"{there.dsn}?shutdown_timeout=15", transport, last)
        messages = [event["logentry"]["formatted"] for event in there.events]

    expected = [f"event {number}" for number in range(queued)] + ["the last event"]
    assert sorted(messages) == sorted(expected)


@pytest.mark.parametrize("last", LAST[1:] + LAST_OF_THREADS)
@pytest.mark.parametrize(("transport", "queued"), INLINE + QUEUEING)
def test_the_last_event_is_not_waited_for_beyond_the_shutdown_timeout(
    transport: str, queued: int, last: str
) -> None:
    """It would be for ten minutes, were its time-out all that there is."""
    with ScriptedServer() as there:
        there.script(200, *["stall"] * (queued + 100))
        dsn = f"{there.dsn}?timeout=600&shutdown_timeout=0.5"
        ended = run("ending", dsn, transport, last)

    assert ended.code == 0
    assert "Traceback" not in ended.complained
    assert "Exception ignored" not in ended.complained
