"""One request and its answer by Tornado's ``SimpleAsyncHTTPClient``, within their time-outs.

Rule: that client cannot be told to give up. A request is given up by closing its connection.
"""

from __future__ import annotations

import asyncio
import ssl
from functools import partial
from time import monotonic
from typing import TYPE_CHECKING

from tornado.httpclient import HTTPError, HTTPRequest
from tornado.httputil import HTTPInputError
from tornado.simple_httpclient import SimpleAsyncHTTPClient
from tornado.util import TimeoutError as TookTooLong

from rookery.delivery.actions import Failed, Failure
from rookery_transports.senders.tornado_answers import BODY_LIMIT, Head
from rookery_transports.senders.tornado_connector import Connector
from rookery_transports.senders.tornado_kept import end

if TYPE_CHECKING:
    from rookery.delivery.actions import Outcome
    from rookery.transport.contract import Timeouts
    from rookery_transports.senders.tornado_kept import Lasting

A_MOMENT = 0.05
"""Seconds between two looks at a connection, in which a client hears that it is closed."""
NEVER = float("inf")
NETWORK = (HTTPError, HTTPInputError, TookTooLong, OSError)


class Exchange:
    """One request on a new connection, which may be kept afterwards."""

    def __init__(self, timeouts: Timeouts, streams: set[Lasting], *, keeps: bool) -> None:
        self.timeouts = timeouts
        self.streams = streams
        self.head = Head()
        self.stream: Lasting | None = None
        self.is_answered = False
        """Whether it is, to the end of its body."""
        self._keeps = keeps
        self.is_late = False
        self.is_given_up = False
        self._ends_at = monotonic() + (timeouts.total or 0.0)
        self._timer: asyncio.TimerHandle | None = None

    async def run(self, request: HTTPRequest) -> Outcome:
        """Ask; what has an answer's head counts as answered, however its body ended."""
        client = SimpleAsyncHTTPClient(force_instance=True, max_body_size=BODY_LIMIT)
        connector = client.tcp_client = Connector(self._least(self.timeouts.connect), self._read)
        self._fetch = client.fetch(request, raise_error=False)
        try:
            response = await self._fetch
            self.is_answered = True
            return self.head.answered(response.body)
        except asyncio.CancelledError as error:
            if not self.is_given_up:
                raise
            return self.head.answered() if self.head.is_whole else self._failed(error)
        except NETWORK as error:
            return self.head.answered() if self.head.is_whole else self._failed(error)
        finally:
            self._end()
            connector.close()
            client.close()

    def take(self, line: str) -> None:
        """A line of the answer's head; see :meth:`Head.take`."""
        self.head.take(line)
        if self.head.is_whole and self.stream is not None:
            self.stream.is_kept = self._keeps and not self.head.is_last

    def _read(self, stream: Lasting) -> None:
        """There is a connection: the time to answer begins."""
        self.stream = stream
        self.streams.add(stream)
        read = self._least(self.timeouts.read)
        self._watch(stream, NEVER if read is None else monotonic() + read)

    def _least(self, seconds: float | None) -> float | None:
        """So long, or what is left of the total."""
        limits = [seconds, None if self.timeouts.total is None else self._ends_at - monotonic()]
        return min((limit for limit in limits if limit is not None), default=None)

    def _watch(self, stream: Lasting, ends_at: float, *, was_closed: bool = False) -> None:
        """Close the connection when its time is over, and give up if the client hears nothing of it.

        Some releases do not hear of the end of a connection on which they read nonsense.
        """
        left = ends_at - monotonic()
        if was_closed:
            self.is_given_up = True
            self._fetch.cancel()
            return
        if left <= 0:
            self.is_late = True
            end(stream)
        again = partial(self._watch, stream, ends_at, was_closed=stream.closed())
        pause = min(max(left, 0.0), A_MOMENT) or A_MOMENT
        self._timer = asyncio.get_running_loop().call_later(pause, again)

    def _end(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
        if self.stream is not None and not (self.is_answered and self.stream.is_kept):
            self.streams.discard(self.stream)
            end(self.stream)

    def _failed(self, error: BaseException) -> Failed:
        failure = Failure.CONNECT if self.stream is None else Failure.READ
        if isinstance(error, ssl.SSLError):
            failure = Failure.OTHER
        detail = "read timed out" if self.is_late else f"{type(error).__name__}: {error}"
        return Failed(failure, detail)
