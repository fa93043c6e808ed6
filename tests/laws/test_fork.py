"""A forked child sends its own events, at once, and nobody else's."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter

import pytest

from rookery.testing.server import ScriptedServer
from tests.laws.running import A_LIFETIME, PROGRAMS, run

PARENTS = ["before", *(f"queued {number}" for number in range(10))]


def messages(server: ScriptedServer) -> Counter[str]:
    """How often each message came."""
    return Counter(event["logentry"]["formatted"] for event in server.events)


@pytest.mark.parametrize("how", ["os", "c"])
def test_the_child_of_a_busy_parent_sends_its_own_event_and_each_comes_once(how: str) -> None:
    command = [sys.executable, str(PROGRAMS / "forking.py")]
    with ScriptedServer() as server:
        server.script("stall")  # keeps the parent's first request; the child's is answered
        program = subprocess.Popen(
            [*command, server.dsn, how, "threaded"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        with program:
            assert program.stdout is not None
            assert program.stdout.readline() == "the child has ended\n"
            assert messages(server) == Counter(["before", "the child's own"])
            server.go_on()
            program.communicate("go on\n", timeout=A_LIFETIME)

        assert program.returncode == 0
        assert messages(server) - Counter(["before"]) == Counter([*PARENTS, "the child's own"])


@pytest.mark.parametrize("how", ["os", "c"])
def test_a_child_of_a_program_with_sync_sends_its_own(how: str) -> None:
    with ScriptedServer() as server:
        ended = run("forking", server.dsn, how, "sync")

        assert ended.code == 0
        assert messages(server) == Counter([*PARENTS, "the child's own"])


def test_forks_amid_operations_neither_hang_nor_repeat_anything() -> None:
    with ScriptedServer() as server:
        ended = run("forking_often", server.dsn, 60)

        assert ended.code == 0
        assert all(messages(server)[f"of child {number}"] == 1 for number in range(60))
        ids = Counter(event["event_id"] for event in server.events)
        assert set(ids.values()) == {1}
