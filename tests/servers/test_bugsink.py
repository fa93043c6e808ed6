"""Somebody else's server takes what both transports send, and shows the program in it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import rookery
from tests.servers import order_service
from tests.servers.bugsink import running

if TYPE_CHECKING:
    from tests.servers.bugsink import Bugsink

TRANSPORTS = ["sync", "threaded"]
each_transport = pytest.mark.parametrize("transport", TRANSPORTS)


def report_a_refused_payment() -> str:
    try:
        order_service.charge("grace", 995)
    except order_service.PaymentRefused:
        event_id = rookery.capture_exception()
    assert event_id is not None
    return event_id


@each_transport
def test_the_stack_trace_shows_the_frames_lines_and_variables(
    bugsink: Bugsink, transport: str
) -> None:
    with rookery.init(bugsink.dsn, transport=transport):
        event_id = report_a_refused_payment()
        assert rookery.flush(10)

    trace = bugsink.stacktrace(event_id)
    for shown in (
        "# KeyError",
        "# PaymentRefused",
        "no card for grace, 995 cents are due",
        "in `look_up_card`",
        "return cards[customer]",
        "in `charge`",
        "in `report_a_refused_payment`",
        "`customer` = `'grace'`",
    ):
        assert shown in trace


@each_transport
def test_an_uncaught_exception_arrives_before_the_program_is_gone(
    bugsink: Bugsink, transport: str
) -> None:
    seen = {event["event_id"] for event in bugsink.events()}
    program = Path(order_service.__file__)
    died = subprocess.run(
        [sys.executable, program, bugsink.dsn, transport], capture_output=True, check=False
    )

    assert died.returncode == 1
    assert b"PaymentRefused: no card for grace" in died.stderr
    [event] = [event for event in bugsink.events() if event["event_id"] not in seen]
    data = event["data"]
    assert (data["release"], data["environment"]) == ("orders@1.2.3", "testing")
    assert [value["type"] for value in data["exception"]["values"]] == [
        "KeyError",
        "PaymentRefused",
    ]


@each_transport
def test_the_429_of_a_used_up_quota_stops_the_sending(tmp_path: Path, transport: str) -> None:
    quota, reported = 2, 6
    with running(tmp_path, quota) as server, rookery.init(server.dsn, transport=transport):
        for _ in range(reported):
            report_a_refused_payment()
            assert rookery.flush(10)
        client = rookery.get_client()
        assert client.transport is not None
        stats = client.transport.stats
        assert len(server.events()) == quota

    # The first one beyond the quota is answered with a 429; no other leaves after it.
    assert stats.attempts == quota + 1
    assert stats.delivered == quota
    assert stats.dropped == {
        ("rate_limited", "error"): 1,
        ("ratelimit_backoff", "error"): reported - quota - 1,
    }
    assert stats.pending == 0
