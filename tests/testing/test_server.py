"""The scripted server, against urllib3 and raw sockets."""

from __future__ import annotations

import gzip
import socket
import threading
import zlib
from typing import TYPE_CHECKING

import pytest
import urllib3

from rookery.testing.answers import Answer, redirect
from rookery.testing.server import PUBLIC_KEY, RefusingServer, ScriptedServer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

BODY = b'{}\n{"type":"event","length":18}\n{"message":"hello"}\n'.replace(b"18", b"19")


@pytest.fixture
def pool() -> Iterator[urllib3.PoolManager]:
    with urllib3.PoolManager(retries=False, timeout=urllib3.Timeout(5)) as pool:
        yield pool


def post(pool: urllib3.PoolManager, server: ScriptedServer, **more: object) -> int:
    url = f"{server.url}/api/42/envelope/"
    return pool.request("POST", url, body=BODY, **more).status  # type: ignore[arg-type]


def raw(server: ScriptedServer) -> socket.socket:
    return socket.create_connection((server.host, server.port), 5)


def test_a_request_is_recorded_as_it_came(pool: urllib3.PoolManager) -> None:
    with ScriptedServer() as server:
        auth = f"Sentry sentry_key={PUBLIC_KEY}, sentry_version=7"
        url = f"{server.url}/api/42/envelope/?a=b"
        assert pool.request("POST", url, body=BODY, headers={"x-sentry-auth": auth}).status == 200
        (request,) = server.requests
        assert (request.method, request.path, request.query) == (
            "POST",
            "/api/42/envelope/",
            {"a": "b"},
        )
        assert request.body == BODY
        assert request.headers["X-SENTRY-AUTH"] == auth
        assert request.auth == {"sentry_key": PUBLIC_KEY, "sentry_version": "7"}
        assert server.events == [{"message": "hello"}]


@pytest.mark.parametrize(
    ("coding", "encode"),
    [
        ("gzip", gzip.compress),
        ("deflate", zlib.compress),
        ("br", lambda body: pytest.importorskip("brotli").compress(body)),
        ("zstd", lambda body: pytest.importorskip("zstandard").ZstdCompressor().compress(body)),
        ("identity", bytes),
    ],
    ids=["gzip", "deflate", "br", "zstd", "identity"],
)
def test_a_body_is_decoded(
    pool: urllib3.PoolManager, coding: str, encode: Callable[[bytes], bytes]
) -> None:
    with ScriptedServer() as server:
        pool.request(
            "POST", server.url, body=encode(BODY), headers={"Content-Encoding": coding.upper()}
        )
        (request,) = server.requests
        assert request.decoded == BODY
        assert request.envelope.event == {"message": "hello"}


def test_a_chunked_body_is_put_together(pool: urllib3.PoolManager) -> None:
    with ScriptedServer() as server:
        parts = [BODY[:7], BODY[7:]]
        pool.request("POST", server.url, body=iter(parts), chunked=True)
        assert server.requests[0].body == BODY


def test_answers_follow_the_script_and_then_accept(pool: urllib3.PoolManager) -> None:
    with ScriptedServer() as server:
        server.script(503, (429, {"Retry-After": "7"}), (400, {}, b"no"), redirect("/away"))
        first = post(pool, server)
        second = pool.request("POST", server.url)
        third = pool.request("POST", server.url)
        fourth = pool.request("POST", server.url, redirect=False)
        assert (first, second.status, second.headers["Retry-After"]) == (503, 429, "7")
        assert (third.status, third.data) == (400, b"no")
        assert (fourth.status, fourth.headers["Location"]) == (307, "/away")
        assert server.steps_left == 0
        assert post(pool, server) == 200


def test_an_unknown_mishap_is_refused_with_the_names_there_are() -> None:
    with ScriptedServer() as server, pytest.raises(ValueError, match=r"'explode'.*reset, .*stall"):
        server.script("explode")


def test_a_connection_is_kept_and_counted_once(pool: urllib3.PoolManager) -> None:
    with ScriptedServer() as server:
        post(pool, server)
        post(pool, server)
        assert [request.connection for request in server.requests] == [1, 1]
        assert server.connections == 1


def test_a_connection_ends_after_as_many_requests_as_it_may_carry(
    pool: urllib3.PoolManager,
) -> None:
    with ScriptedServer(requests_per_connection=2) as server:
        again = urllib3.Retry(3, allowed_methods=None)  # the client may notice the end too late
        for _ in range(4):
            post(pool, server, retries=again)
        assert [request.connection for request in server.requests] == [1, 1, 2, 2]


@pytest.mark.parametrize(
    ("mishap", "error"),
    [
        ("reset", urllib3.exceptions.ProtocolError),
        ("garbage", urllib3.exceptions.ProtocolError),
        ("no answer", urllib3.exceptions.ProtocolError),
        ("short body", urllib3.exceptions.ProtocolError),
        ("stall", urllib3.exceptions.ReadTimeoutError),
    ],
)
def test_a_mishap_is_what_the_client_sees(
    pool: urllib3.PoolManager, mishap: str, error: type[Exception]
) -> None:
    with ScriptedServer() as server:
        server.script(mishap)
        with pytest.raises(error):
            post(pool, server, timeout=0.1)
        assert len(server.requests) == 1


def test_a_reset_is_a_reset() -> None:
    with ScriptedServer() as server, raw(server) as client:
        server.script("reset")
        client.sendall(b"POST / HTTP/1.1\r\nContent-Length: 0\r\n\r\n")
        with pytest.raises(ConnectionResetError):
            client.recv(1)


@pytest.mark.parametrize("mishap", ["hang up", "hang up with a reset"])
def test_a_request_that_is_hung_up_on_is_not_recorded(
    pool: urllib3.PoolManager, mishap: str
) -> None:
    with ScriptedServer() as server:
        server.script(200, mishap)
        post(pool, server)
        with pytest.raises(urllib3.exceptions.ProtocolError):
            post(pool, server)
        assert post(pool, server) == 200
        assert [request.connection for request in server.requests] == [1, 2]


@pytest.mark.parametrize("mishap", ["slow headers", "slow body"])
def test_a_slow_answer_drips_until_the_client_gives_up(mishap: str) -> None:
    with ScriptedServer() as server, raw(server) as client:
        server.script(mishap)
        client.sendall(b"POST / HTTP/1.1\r\nContent-Length: 0\r\n\r\n")
        received = b""
        while not received.endswith(b"..."):
            received += client.recv(100)
        assert received.startswith(b"HTTP/1.1 200 OK\r\n")


def test_the_gate_holds_answers_back_but_not_requests(pool: urllib3.PoolManager) -> None:
    with ScriptedServer() as server:
        server.hold()
        statuses: list[int] = []
        threads = [threading.Thread(target=lambda: statuses.append(post(pool, server)))] * 1
        threads += [threading.Thread(target=lambda: statuses.append(post(pool, server)))]
        for thread in threads:
            thread.start()
        server.wait_for(2)
        assert statuses == []
        assert server.busiest == 2
        server.release(1)
        while not statuses:
            threads[0].join(0.01)
        assert len(statuses) == 1
        server.release()
        for thread in threads:
            thread.join()
        assert statuses == [200, 200]


def test_waiting_in_vain_is_an_assertion_that_says_for_what() -> None:
    with ScriptedServer() as server:
        with pytest.raises(AssertionError, match=r"3 requests: not within 0\.01 s"):
            server.wait_for(3, timeout=0.01)
        with pytest.raises(AssertionError, match="the moon"):
            server.wait_for(lambda: False, timeout=0.01, why="the moon")


@pytest.mark.parametrize("mishap", ["stall", "slow body", 200])
def test_closing_ends_whoever_waits(mishap: str | int) -> None:
    server = ScriptedServer()
    with server, raw(server) as client, raw(server):
        server.script(mishap)
        server.hold()
        client.sendall(b"POST / HTTP/1.1\r\nContent-Length: 0\r\n\r\n")
        server.wait_for(1)
    server.close()
    assert not [t for t in threading.enumerate() if t.name.endswith(str(server.port))]


def test_a_port_that_refuses_refuses() -> None:
    with RefusingServer() as server, pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", server.port), 5)


def test_an_answer_may_close_without_notice() -> None:
    with ScriptedServer() as server, raw(server) as client:
        server.script(Answer(200, closes=True))
        client.sendall(b"POST / HTTP/1.1\r\nContent-Length: 0\r\n\r\n")
        received = b""
        while data := client.recv(1000):
            received += data
        assert b"close" not in received
        assert received.endswith(b"{}")
