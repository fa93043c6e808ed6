"""Where no thread can start, what is left is sent by whoever flushes, or at the exit."""

from __future__ import annotations

import pytest

from rookery.testing.server import ScriptedServer
from tests.laws.running import run, server


@pytest.mark.parametrize("how", ["flush", "exit"])
def test_everything_is_sent_without_a_thread(how: str) -> None:
    with ScriptedServer() as there:
        ended = run("threadless", there.dsn, how)

        assert (ended.code, ended.said) == (0, "no thread starts"), ended.complained
        messages = [event["logentry"]["formatted"] for event in there.events]
        assert messages == [f"event {number}" for number in range(5)]


def test_a_server_that_never_answers_does_not_keep_the_program() -> None:
    with server("stalled") as there:
        ended = run("threadless", there.dsn, "exit")

    assert (ended.code, ended.said) == (0, "no thread starts"), ended.complained
