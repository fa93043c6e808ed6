"""A request on a connection that is open already: one write, and one answer read.

urllib3 opens each connection and makes the first exchange on it. For every further one it would
find out anew what is settled since: that takes two thirds of what an exchange costs.

Rule 1: deadlines, and the words for what went wrong, are those of urllib3.
Rule 2: a connection is kept after a whole answer alone; whatever else happens closes it.
"""

from __future__ import annotations

from http.client import HTTPException
from typing import TYPE_CHECKING

from urllib3 import Timeout, exceptions
from urllib3.connection import BaseSSLError

from rookery.delivery.actions import Answered
from rookery_transports.senders.heads import Head
from rookery_transports.senders.idle import put_back, take

if TYPE_CHECKING:
    from collections.abc import Mapping
    from http.client import HTTPResponse

    from urllib3 import PoolManager

    from rookery.transport.contract import Request, Timeouts
    from rookery_transports.senders.connections import Watched

BODY_LIMIT = 64 * 1024
"""Bytes of an answer that are read; what is longer is no Sentry's."""


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
    answered = Answered(response.status, response.fields, body)
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
