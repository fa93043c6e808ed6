"""What an answer says is read as :mod:`http.client` reads it, in a fraction of the time."""

from __future__ import annotations

import socket
from http.client import HTTPException, HTTPResponse

import pytest

from rookery_transports.senders.answers import PlainResponse

OK = b"HTTP/1.1 200 OK\r\n"
HEADS = {
    "a length": OK + b"Content-Length: 2\r\n\r\n{}",
    "names in any case, values with blanks": OK + b"content-LENGTH:   2  \r\nX-Y:z\r\n\r\n{}",
    "line feeds alone": b"HTTP/1.1 200 OK\nContent-Length: 2\n\n{}",
    "no reason": b"HTTP/1.1 429\r\nContent-Length: 0\r\n\r\n",
    "a blank reason": b"HTTP/1.1 429 \r\nContent-Length: 0\r\n\r\n",
    "chunks": OK + b"Transfer-Encoding: chunked\r\n\r\n1\r\n{\r\n1\r\n}\r\n0\r\n\r\n",
    "chunks and a length": OK
    + b"Transfer-Encoding: Chunked\r\nContent-Length: 9\r\n\r\n2\r\n{}\r\n0\r\nA: b\r\n\r\n",
    "a broken chunk": OK + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n{}",
    "an end without notice": OK + b"\r\n{}",
    "an announced end": OK + b"Connection: Close\r\nContent-Length: 2\r\n\r\n{}",
    "less than announced": OK + b"Content-Length: 20\r\n\r\n{}",
    "a length that is none": OK + b"Content-Length: two\r\n\r\n{}",
    "a negative length": OK + b"Content-Length: -2\r\n\r\n{}",
    "a continued field": OK + b"X-Y: a\r\n  b\r\nContent-Length: 2\r\n\r\n{}",
    "first another status": b"HTTP/1.1 100 Continue\r\nA: b\r\n\r\n"
    + OK
    + b"Content-Length: 0\r\n\r\n",
    "no body by its status": b"HTTP/1.1 204 No Content\r\nContent-Length: 7\r\n\r\n",
    "not modified": b"HTTP/1.1 304 Not Modified\r\n\r\n",
    "an old version": b"HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\n{}",
    "an old version, kept alive": b"HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nContent-Length: 2\r\n\r\n{}",
    "letters beyond ASCII": OK + b"X-Y: caf\xe9\r\nContent-Length: 0\r\n\r\n",
    "cut off in its head": OK + b"X-Y: z",
    "nothing": b"",
    "no HTTP": b"SSH-2.0-OpenSSH_9.6\r\n\r\n",
    "a blank line": b"\r\n\r\n",
    "no number": b"HTTP/1.1 abc OK\r\n\r\n",
    "a number out of range": b"HTTP/1.1 20 OK\r\n\r\n",
    "another version": b"HTTP/2 200 OK\r\n\r\n",
    "a line without end": OK + b"X-Y: " + b"z" * 70_000,
    "fields without end": OK + b"X-Y: z\r\n" * 101 + b"\r\n",
}
"""Answers, each the last thing that the server says."""


def told(kind: type[HTTPResponse], data: bytes) -> object:
    """All that anybody asks of the answer, or the kind of the exception."""
    here, there = socket.socketpair()
    with here, there:
        here.settimeout(5)
        there.sendall(data)
        there.shutdown(socket.SHUT_WR)
        response = kind(here, method="POST")
        try:
            response.begin()
            fields = response.fields if isinstance(response, PlainResponse) else found(response)
            head = (response.version, response.status, response.reason, response.will_close)
            return (*head, fields, body_of(response), response.isclosed())
        except (HTTPException, OSError) as error:
            return type(error)
        finally:
            response.close()


def found(response: HTTPResponse) -> dict[str, str]:
    pairs = [(name.lower(), value) for name, value in response.getheaders()]
    return {name: value.strip().replace("\r\n ", "") for name, value in pairs}


def body_of(response: HTTPResponse) -> object:
    try:
        return response.read(64)
    except HTTPException as error:
        return type(error)


@pytest.mark.parametrize("data", HEADS.values(), ids=HEADS.keys())
def test_an_answer_is_read_as_python_reads_it(data: bytes) -> None:
    assert told(PlainResponse, data) == told(HTTPResponse, data)


def test_of_two_lengths_the_first_counts_and_the_connection_ends() -> None:
    data = OK + b"Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}"
    answer = told(PlainResponse, data)
    assert isinstance(answer, tuple)
    assert answer[:4] == (11, 200, "OK", True)
    assert answer[4:6] == ({"content-length": "2, 3"}, b"{}")
