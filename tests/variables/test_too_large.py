"""A server that takes less than others gets less, once."""

from __future__ import annotations

import pytest

import rookery
from rookery.testing.server import ScriptedServer


@pytest.mark.parametrize("transport", ["sync", "threaded"])
def test_an_event_that_the_server_finds_too_large_arrives_all_the_same(transport: str) -> None:
    with ScriptedServer() as server, rookery.isolation_scope() as scope:
        server.script(413)
        client = rookery.Client(server.dsn, transport=transport)
        scope.set_client(client)
        rookery.get_current_scope().set_client(client)
        event = {"message": "m", "extra": {str(n): "x" * 8000 for n in range(90)}}
        assert rookery.capture_event(event) is not None
        assert client.close(10)

        first, second = server.envelopes
        assert len(first.items[0].payload) > 500_000
        assert len(second.items[0].payload) <= 200_000
        assert first.event_id == second.event_id
        told = second.event
        assert told is not None
        assert told["logentry"] == {"formatted": "m"}
        assert "extra" in dict(told["_meta"])  # type: ignore[call-overload]  # JSON of any kind
        assert client.transport is not None
        stats = client.transport.stats
        assert (stats.offered, stats.delivered, dict(stats.dropped), stats.attempts) == (
            1,
            1,
            {},
            2,
        )
        rookery.get_current_scope().set_client(None)
