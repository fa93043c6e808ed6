from __future__ import annotations

import pytest

import rookery
from rookery.testing import ScriptedServer
from rookery_transports.memory import MemoryTransport


@pytest.mark.timeout(30)
def test_a_refused_event_does_not_keep_its_caller_until_the_report_is_due() -> None:
    with ScriptedServer() as server:
        server.script(400)
        with rookery.init(server.dsn, transport="sync"):
            rookery.capture_message("refused")
            transport = rookery.get_client().transport
            assert transport is not None
            assert transport.stats.dropped == {("send_error", "error"): 1}
            assert len(server.requests) == 1


def test_what_memory_keeps_is_plain_whatever_the_default_codec() -> None:
    with rookery.init("http://key@127.0.0.1/1", transport=MemoryTransport):
        rookery.capture_message("kept")
        transport = rookery.get_client().transport
        assert isinstance(transport, MemoryTransport)
        assert len(transport.events) == 1
