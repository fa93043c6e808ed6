"""A second request on a connection: what is sent, what of an answer counts, what ends it."""

from __future__ import annotations

import asyncio
import socket
from typing import TYPE_CHECKING

import pytest

pytest.importorskip("h11", reason="h11 is not installed")

import h11

from rookery.transport.contract import Request, Timeouts
from rookery_transports.senders.dialogue import Dialogue, Head

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rookery.delivery.actions import Answered

REQUEST = Request(
    "http://sentry.example:8000/api/1/envelope/",
    {"X-Sentry-Auth": "Sentry sentry_key=k"},
    b"ignored",
    Timeouts(1.0, 1.0, 1.0),
)
OK = b"HTTP/1.1 200 OK\r\n"
WHOLE = OK + b"Content-Length: 2\r\n\r\n{}"
KEPT = {
    "a length": WHOLE,
    "chunks": OK + b"Transfer-Encoding: chunked\r\n\r\n1\r\n{\r\n1\r\n}\r\n0\r\n\r\n",
    "first another status": b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n" + WHOLE,
}
ENDED = {
    "an announced end": OK + b"Connection: close\r\nContent-Length: 2\r\n\r\n{}",
    "an old version": b"HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\n{}",
    "a body that ends with the connection": OK + b"\r\n{}",
    "less than announced": OK + b"Content-Length: 9\r\n\r\n{}",
}
NONE = {
    "nothing": b"",
    "half a head": OK + b"X-Sentry: ",
    "no HTTP": b"SSH-2.0-OpenSSH_9.6\r\n\r\n",
}


class SocketPipe:
    """A socket of the loop that runs."""

    failures: tuple[type[Exception], ...] = (OSError,)

    def __init__(self, sock: socket.socket) -> None:
        self.sock = sock

    async def write(self, data: bytes) -> None:
        await asyncio.get_running_loop().sock_sendall(self.sock, data)

    async def read(self, max_bytes: int) -> bytes:
        return await asyncio.get_running_loop().sock_recv(self.sock, max_bytes)


@pytest.fixture
def ends() -> Iterator[tuple[socket.socket, socket.socket]]:
    ours, theirs = socket.socketpair()
    ours.setblocking(False)
    with ours, theirs:
        yield ours, theirs


Ends = tuple[socket.socket, socket.socket]


def exchanges(
    ends: Ends, *answers: bytes, last: bytes | None = None
) -> list[tuple[Answered, bool]]:
    """What came of requests that are answered so; after the last the server closes."""
    ours, theirs = ends

    async def ask() -> list[tuple[Answered, bool]]:
        dialogue, found = Dialogue(SocketPipe(ours), Head.of(REQUEST)), []
        for answer in answers:
            theirs.sendall(answer)
            found.append(await dialogue.exchange(b"{}"))
        if last is not None:
            theirs.sendall(last)
            theirs.shutdown(socket.SHUT_WR)
            found.append(await dialogue.exchange(b"{}"))
        return found

    return asyncio.run(ask())


@pytest.mark.parametrize("name", KEPT)
def test_a_whole_answer_leaves_the_connection_for_the_next_request(name: str, ends: Ends) -> None:
    found = exchanges(ends, KEPT[name], KEPT[name])

    assert [(told.status, told.body, stays) for told, stays in found] == [(200, b"{}", True)] * 2


@pytest.mark.parametrize("name", ENDED)
def test_an_answer_counts_though_the_connection_ends_with_it(name: str, ends: Ends) -> None:
    (_, stayed), (told, stays) = exchanges(ends, WHOLE, last=ENDED[name])

    assert (told.status, told.body, stayed, stays) == (200, b"{}", True, False)


@pytest.mark.parametrize("name", NONE)
def test_what_is_no_answer_is_an_error(name: str, ends: Ends) -> None:
    with pytest.raises(h11.RemoteProtocolError):
        exchanges(ends, last=NONE[name])


def test_a_server_that_says_more_than_it_was_asked_is_not_asked_again(ends: Ends) -> None:
    ((told, stays),) = exchanges(ends, WHOLE + WHOLE)

    assert (told.status, stays) == (200, False)


def test_the_request_is_the_first_one_s_but_for_its_body_and_length(ends: Ends) -> None:
    exchanges(ends, WHOLE)

    sent = ends[1].recv(4096).split(b"\r\n")
    assert sent[0] == b"POST /api/1/envelope/ HTTP/1.1"
    assert set(sent[1:-2]) == {
        b"Host: sentry.example:8000",
        b"X-Sentry-Auth: Sentry sentry_key=k",
        b"Content-Length: 2",
    }
    assert sent[-2:] == [b"", b"{}"]


def test_fields_of_one_name_are_one_list(ends: Ends) -> None:
    limits = b"X-Sentry-Rate-Limits: 1:error\r\nx-sentry-rate-limits: 2:session\r\n"
    ((told, _),) = exchanges(ends, OK + limits + b"Content-Length: 2\r\n\r\n{}")

    assert told.headers["x-sentry-rate-limits"] == "1:error, 2:session"
