"""HTTP/2: spoken where the name asks for it and the server agrees, many requests at once."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from time import monotonic, sleep
from typing import TYPE_CHECKING, Any

import pytest

pytest.importorskip("httpcore", reason="httpcore is not installed: pip install rookery[http2]")
pytest.importorskip("anyio", reason="anyio is not installed: pip install rookery[http2]")
pytest.importorskip("h2", reason="h2 is not installed: pip install rookery[http2]")
pytest.importorskip("trustme", reason="trustme is not installed: pip install rookery[testing]")

from rookery.dsn import Dsn
from rookery.envelope import Envelope, Item
from rookery.testing.certificates import ca_certs
from rookery.testing.server import ScriptedServer
from rookery.transport import build_transport
from tests.transports.http2_server import Http2Server

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from rookery.transport.contract import Transport
    from tests.transports.conftest import OwnThreads

PATIENCE = 10.0


@pytest.fixture
def server() -> Iterator[Http2Server]:
    with Http2Server() as running:
        yield running


def build(dsn: str, choice: str = "http2", **arguments: Any) -> Transport:
    """A transport that trusts the test's authority."""
    arguments = {"ca_certs": ca_certs(), "retries": False, **arguments}
    return build_transport(Dsn.parse(dsn), choice, arguments=arguments)


def error(number: int = 0, size: int = 1) -> Envelope:
    """An envelope with one event."""
    noise = os.urandom(size).hex()
    return Envelope({"event_id": f"{number:032x}"}, [Item.from_json("event", {"message": noise})])


def wait_until(is_so: Callable[[], object]) -> None:
    """Wait for a condition that nobody announces."""
    deadline = monotonic() + PATIENCE
    while not is_so():
        assert monotonic() < deadline
        sleep(0.002)


def test_one_connection_carries_many_requests_at_once(
    server: Http2Server, own_threads: OwnThreads
) -> None:
    server.is_held = True
    transport = build(server.dsn, concurrency=8)
    transport.submit(error())
    wait_until(lambda: server.requests)  # by now the server has said how many it takes at once
    for number in range(1, 8):
        transport.submit(error(number))
    wait_until(lambda: server.most_at_once == 8)
    assert own_threads() == ["rookery-loop"]
    server.release()
    assert transport.close(PATIENCE)
    assert transport.stats.delivered == 8, str(transport.stats)
    assert len(server.connections) == 1
    assert own_threads() == []


def test_a_request_is_the_same_in_http2(server: Http2Server) -> None:
    transport = build(server.dsn)
    transport.submit(error())
    assert transport.close(PATIENCE)
    ((headers, body),) = server.requests
    assert headers[":method"] == "POST"
    assert headers[":authority"] == f"127.0.0.1:{server.port}"
    assert headers[":path"] == "/api/42/envelope/"
    assert headers["content-length"] == str(len(body))
    assert headers["x-sentry-auth"].startswith("Sentry sentry_key=key")


def test_a_body_beyond_the_flow_control_window_arrives_whole(server: Http2Server) -> None:
    transport = build(server.dsn, compression="none")
    transport.submit(error(size=200_000))
    assert transport.close(PATIENCE)
    ((_, body),) = server.requests
    assert len(body) > 400_000


@pytest.mark.parametrize("end", [Http2Server.say_goodbye, Http2Server.hang_up])
def test_a_connection_that_the_server_has_ended_is_replaced_unseen(
    server: Http2Server, end: Callable[[Http2Server], None]
) -> None:
    transport = build(server.dsn)
    transport.submit(error(1))
    assert transport.flush(PATIENCE)
    end(server)
    transport.submit(error(2))
    assert transport.close(PATIENCE)
    assert transport.stats.delivered == 2, str(transport.stats)
    assert len(server.connections) == 2


def test_a_request_that_is_not_answered_in_time_fails(server: Http2Server) -> None:
    server.is_held = True
    transport = build(server.dsn, timeout=0.2, send_client_reports=False)
    transport.submit(error())
    assert transport.flush(PATIENCE)
    assert dict(transport.stats.dropped) == {("network_error", "error"): 1}
    assert transport.close(PATIENCE)


def test_without_keep_alive_each_request_has_its_connection(server: Http2Server) -> None:
    transport = build(server.dsn, keep_alive=False)
    for number in range(3):
        transport.submit(error(number))
        assert transport.flush(PATIENCE)
    assert transport.close(PATIENCE)
    assert len(server.connections) == 3


def test_the_loop_of_the_program_speaks_it_too(server: Http2Server) -> None:
    async def main() -> None:
        transport = build(server.dsn, "asyncio+http2", concurrency=4)
        for number in range(12):
            transport.submit(error(number))
        assert await transport.close_async(PATIENCE)
        assert transport.stats.delivered == 12, str(transport.stats)

    asyncio.run(main())
    assert len(server.connections) == 1


def test_who_has_not_asked_for_it_speaks_http_1(server: Http2Server) -> None:
    async def main() -> None:
        transport = build(server.dsn, "asyncio", send_client_reports=False)
        transport.submit(error())
        assert await transport.close_async(PATIENCE)
        assert transport.stats.delivered == 0

    asyncio.run(main())
    assert server.requests == [], "HTTP/2, by surprise"


def test_a_server_without_http2_is_spoken_to_in_http_1() -> None:
    with ScriptedServer("https") as server:
        transport = build(server.dsn)
        transport.submit(error())
        assert transport.close(PATIENCE)
        assert len(server.requests) == 1


def test_no_thread_runs_before_the_first_event(own_threads: OwnThreads) -> None:
    with ScriptedServer() as server:
        transport = build(server.dsn)
        transport.record_lost_event("before_send", "error")
        assert transport.stats.offered == 0
        assert own_threads() == []
        assert transport.close(PATIENCE)


def test_a_name_is_looked_up_at_the_very_end_of_a_program() -> None:
    program = (
        "import atexit, sys, rookery\n"
        "atexit.register(lambda: print(rookery.get_client().transport.stats.delivered))\n"
        "rookery.init(sys.argv[1], transport='http2', keep_alive=False, retries=False)\n"
        "atexit.register(lambda: rookery.flush(5))\n"
        "atexit.register(lambda: rookery.capture_message('late'))\n"
        "rookery.capture_message('early')\n"
        "rookery.flush(5)\n"
    )
    with ScriptedServer() as server:
        dsn = server.dsn.replace("127.0.0.1", "localhost")
        done = subprocess.run(
            [sys.executable, "-c", program, dsn], capture_output=True, text=True, check=True
        )
    assert (done.stdout, done.stderr) == ("2\n", "")
