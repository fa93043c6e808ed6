"""urllib3's connections, with three things that they lack.

Rule 1: the read time-out bounds the whole answer, not each byte of one that drips.
Rule 2: a kept-alive connection that turns out closed is told from one that breaks.
Rule 3: what a forked child inherited can be closed without a lock and without a word to the server.
"""

from __future__ import annotations

import os
from contextlib import suppress
from typing import TYPE_CHECKING, Any
from weakref import WeakSet

from urllib3.connection import HTTPConnection, HTTPSConnection

from rookery_transports.senders.answers import PlainResponse, PunctualResponse

if TYPE_CHECKING:
    from urllib3 import Timeout

CLOSED_BY_PEER = (ConnectionResetError, ConnectionAbortedError, BrokenPipeError)


class StaleConnection(ConnectionError):
    """The server had closed a kept-alive connection before it saw this request."""


class Watched(HTTPConnection):
    """What every connection of ours can do; comes first among its bases."""

    response_class = PunctualResponse
    answers = 0
    pid = 0

    def connect(self) -> None:
        """Connect, and be found by :func:`close_inherited`."""
        super().connect()
        self.answers, self.pid = 0, os.getpid()
        OPEN.add(self)

    def request(self, *args: Any, **kwargs: Any) -> None:
        """Send a request."""
        if self.sock is not None:  # what the last answer left of its time is not for this one
            self.sock.settimeout(self.timeout)
        try:
            super().request(*args, **kwargs)
        except CLOSED_BY_PEER as error:
            raise self._told_apart(error) from error

    def getresponse(self, *args: Any, **kwargs: Any) -> Any:
        """Read an answer."""
        try:
            response = super().getresponse(*args, **kwargs)
        except CLOSED_BY_PEER as error:
            raise self._told_apart(error) from error
        self.answers += 1
        return response

    def exchange(self, sent: bytes, limits: Timeout) -> PlainResponse:
        """Send a whole request on the open connection, and read the head of its answer."""
        limits.start_connect()
        try:
            self.sock.settimeout(limits.connect_timeout)  # type: ignore[arg-type]  # not the default
            self.sock.sendall(sent)
            self.sock.settimeout(limits.read_timeout)
            response = PlainResponse(self.sock, method="POST")
            response.begin()
        except CLOSED_BY_PEER as error:
            raise self._told_apart(error) from error
        self.answers += 1
        return response

    def _told_apart(self, error: ConnectionError) -> ConnectionError:
        return StaleConnection(*error.args) if self.answers else error


class WatchedTLS(Watched, HTTPSConnection):
    """The same over TLS."""

    def connect(self) -> None:
        """Connect. Where the user turned verification off, no warning per request says so."""
        if self.ssl_context is not None and not self.ssl_context.check_hostname:
            self.assert_hostname = False  # else urllib3 would look at the name in its stead
        super().connect()
        self.is_verified = True


OPEN: WeakSet[Watched] = WeakSet()


def close_inherited() -> None:
    """Close this process's copies of the sockets that another process opened."""
    for connection in list(OPEN):
        if connection.pid != os.getpid():
            OPEN.discard(connection)
            with suppress(OSError, AttributeError):  # closed already, or TLS within TLS
                os.close(connection.sock.detach())  # past TLS, which would say good-bye
