"""A program ends within its deadline, whatever the server does, and loses what it must alone."""

from __future__ import annotations

import pytest

from rookery.testing.server import ScriptedServer
from tests.laws.running import run, server

SERVERS = ["normal", "stalled", "refusing", "resetting"]
LAST = ["end", "early", "late", "finalizer"]


@pytest.mark.parametrize("last", LAST)
@pytest.mark.parametrize("behaviour", SERVERS)
@pytest.mark.parametrize("transport", ["threaded", "sync"])
def test_a_program_ends_quietly(transport: str, behaviour: str, last: str) -> None:
    with server(behaviour) as there:
        ended = run("ending", there.dsn, transport, last)

    assert ended.code == 0
    assert "Traceback" not in ended.complained
    assert "Exception ignored" not in ended.complained


@pytest.mark.parametrize("last", LAST)
@pytest.mark.parametrize(("transport", "queued"), [("threaded", 100), ("sync", 1)])
def test_everything_queued_arrives_once_and_the_last_event_too(
    transport: str, queued: int, last: str
) -> None:
    with ScriptedServer() as there:
        run("ending", there.dsn, transport, last)
        messages = [event["logentry"]["formatted"] for event in there.events]

    expected = [f"event {number}" for number in range(queued)] + ["the last event"]
    assert sorted(messages) == sorted(expected)
