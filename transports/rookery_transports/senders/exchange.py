"""A request on a connection that is open already: one write, and one answer read.

urllib3 opens each connection and makes the first exchange on it. For every further one it would
find out anew what is settled since: that takes two thirds of what an exchange costs.

Rule 1: deadlines, and the words for what went wrong, are those of urllib3.
Rule 2: a connection is kept after a whole answer alone; whatever else happens closes it.
"""

from __future__ import annotations

from contextlib import suppress
from http.client import HTTPException
from queue import Empty, Full
from typing import TYPE_CHECKING, Any

from urllib3 import Timeout, exceptions
from urllib3.connection import BaseSSLError, HTTPConnection, port_by_scheme
from urllib3.util import parse_url

from rookery.delivery.actions import Answered

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from http.client import HTTPResponse

    from urllib3 import HTTPConnectionPool as Connections
    from urllib3 import PoolManager

    from rookery.transport.contract import Request, Timeouts
    from rookery_transports.senders.connections import Watched

BODY_LIMIT = 64 * 1024
"""Bytes of an answer that are read; what is longer is no Sentry's."""


class Dictation(HTTPConnection):
    """Writes down what urllib3 would send."""

    written = b""

    def send(self, data: Any) -> None:
        """Keep it."""
        self.written += data


class DictationTLS(Dictation):
    """The same of what would be encrypted."""

    default_port = port_by_scheme["https"]


DICTATIONS = {"http": Dictation, "https": DictationTLS}


class Head:
    """A request but for its body: as urllib3 writes it, so that the wire is always the same."""

    def __init__(self, request: Request, headers: Mapping[str, str], pool: Connections) -> None:
        self.url, self.headers, self.pool = request.url, request.headers, pool
        dictation = DICTATIONS[str(pool.scheme)](pool.host, pool.port)
        target = parse_url(request.url).request_uri
        dictation.request("POST", target, b"", {**request.headers, **headers})
        self.before, _, self.after = dictation.written.partition(b"Content-Length: 0\r\n")

    def fits(self, request: Request) -> bool:
        """Whether the request differs in its body alone from the one that this was written for."""
        is_same = self.headers is request.headers and self.url == request.url
        return is_same and self.pool.pool is not None

    def with_body(self, body: bytes) -> bytes:
        """The whole request."""
        return b"%sContent-Length: %d\r\n%s%s" % (self.before, len(body), self.after, body)


class OpenConnections:
    """The connections that are kept alive in the pool of a server."""

    def __init__(self, manager: PoolManager, headers: Mapping[str, str]) -> None:
        self.manager = manager
        self.headers = headers
        self._heads: list[Head] = []

    def exchange(self, request: Request) -> Answered | None:
        """The answer; None if no connection is open. Raises urllib3's exceptions."""
        if self.manager.proxy is not None and request.url.startswith("http:"):
            return None  # a proxy that reads the request wants another one
        head = self._head(request)
        connection = take(head.pool)
        if connection is None:
            return None
        is_whole = False
        try:
            sent, limits = head.with_body(request.body), timeout(request.timeouts)
            answered, is_whole = exchange(connection, sent, limits)
        finally:
            if is_whole:
                put_back(head.pool, connection)
            else:
                connection.close()
        return answered

    def _head(self, request: Request) -> Head:
        """Written once; again if the pool was closed since."""
        heads = self._heads
        if not heads or not heads[0].fits(request):
            pool = self.manager.connection_from_url(request.url)
            self._heads = heads = [Head(request, self.headers, pool)]
        return heads[0]


def take(pool: Connections) -> Watched | None:
    """An open connection out of its pool; None if there is none."""
    try:
        found: Watched | None = pool.pool.get(block=False)  # type: ignore[union-attr]  # see below
    except (Empty, AttributeError):  # none left, or the pool was closed and has no queue any more
        return None
    if found is not None and found.is_connected:
        return found
    put_back(pool, found)  # the place of one, or one that urllib3 will open again
    return None


def put_back(pool: Connections, connection: Watched | None) -> None:
    """Keep it for the next request, unless the pool is closed or has enough."""
    queue: Any = pool.pool
    try:
        queue.put(connection)
    except (Full, AttributeError):
        discard(connection)
    if queue is not None and pool.pool is None:  # closed meanwhile: nobody else will empty it
        with suppress(Empty):
            while True:
                discard(queue.get())


def discard(connection: Watched | None) -> None:
    """Close it, if it is one."""
    if connection is not None:
        connection.close()


def exchange(connection: Watched, sent: bytes, limits: Timeout) -> tuple[Answered, bool]:
    """The answer, and whether it is whole and the connection stays. Raises urllib3's exceptions."""
    try:
        response = connection.exchange(sent, limits)
    except TimeoutError as error:
        raise exceptions.ReadTimeoutError(None, "", "Read timed out.") from error  # type: ignore[arg-type]  # no pool to tell of
    except BaseSSLError as error:
        raise exceptions.SSLError(error) from error
    except (HTTPException, OSError) as error:
        raise exceptions.ProtocolError("Connection aborted.", error) from error
    body = read(response)
    answered = Answered(response.status, joined(response.headers.items()), body)
    return answered, response.isclosed() and not response.will_close


def timeout(given: Timeouts) -> Timeout:
    """urllib3's words for ours."""
    return Timeout(connect=given.connect, read=given.read, total=given.total)


def read(response: HTTPResponse) -> bytes:
    """The body, as far as it comes in time; the status, which is known by now, counts anyway."""
    try:
        return response.read(BODY_LIMIT)
    except (HTTPException, OSError):
        return b""


def joined(fields: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Headers by their names in small letters; the same name twice is one list (RFC 9110, 5.3)."""
    told: dict[str, str] = {}
    for name, value in fields:
        key = name.lower()
        told[key] = f"{told[key]}, {value}" if key in told else value
    return told
