"""What a transport holds is bounded, and every event accounted for."""

from __future__ import annotations

import json
import sys

import pytest

from tests.laws.running import run, server

MIB = 2**20
EVENTS = 50_000


@pytest.mark.skipif(sys.platform != "linux", reason="memory is read from /proc")
@pytest.mark.timeout(300)
def test_a_server_that_never_answers_costs_a_bounded_memory_and_two_threads() -> None:
    with server("stalled") as there:
        found = json.loads(run("flooding", there.dsn, EVENTS).said)

    assert found["grown"] < found["maxbytes"] + 10 * MIB
    assert found["threads"] <= 2
    assert found["offered"] == EVENTS
    assert found["offered"] == found["delivered"] + found["dropped"] + found["pending"]
