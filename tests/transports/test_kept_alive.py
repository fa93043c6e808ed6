"""What holds for the requests that follow the first one on a connection."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

import rookery
from rookery.testing import ScriptedServer

if TYPE_CHECKING:
    from rookery.testing.recorded import RecordedRequest


def without_length(request: RecordedRequest) -> list[tuple[str, str]]:
    return [pair for pair in request.headers.items() if pair[0] != "Content-Length"]


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_requests_differ_in_nothing_but_their_bodies(scheme: str) -> None:
    if scheme == "https":
        pytest.importorskip("trustme", reason="https needs rookery[testing]")
    with ScriptedServer("https" if scheme == "https" else "http") as server:
        with rookery.init(server.dsn, transport="sync", verify_ssl=False):
            for number in range(3):
                rookery.capture_message(f"number {number}{' and more' * number}")
        first, *others = server.requests
        assert [request.connection for request in others] == [1, 1]
        for other in others:
            assert (other.method, other.target) == (first.method, first.target)
            assert without_length(other) == without_length(first)
            assert int(other.headers["Content-Length"]) == len(other.body)


def test_a_header_that_comes_twice_is_read_as_one() -> None:
    limits = {
        "X-Sentry-Rate-Limits": "60:error:key",
        "x-sentry-rate-limits": "60:attachment:key",
    }
    with ScriptedServer() as server, rookery.init(server.dsn, transport="sync") as guard:
        server.script(200, (200, limits))
        rookery.capture_message("sets up the connection")
        rookery.capture_message("is told of two limits")
        rookery.capture_message("is limited")
        transport = guard.client.transport
        assert transport is not None
        assert transport.stats.dropped == {("ratelimit_backoff", "error"): 1}
        assert len(server.requests) == 2


def test_an_answer_longer_than_is_read_leaves_no_connection_behind() -> None:
    with ScriptedServer() as server, rookery.init(server.dsn, transport="sync") as guard:
        server.script(200, (200, {}, b"x" * 100_000))
        for number in range(3):
            rookery.capture_message(f"number {number}")
        assert [request.connection for request in server.requests] == [1, 1, 2]
        transport = guard.client.transport
        assert transport is not None
        assert transport.stats.delivered == 3
