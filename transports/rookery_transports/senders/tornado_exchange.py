"""One request and its answer by Tornado's ``SimpleAsyncHTTPClient``, within their time-outs.

Rule: that client cannot be told to give up. A request is given up by closing its connection.
"""

from __future__ import annotations

import asyncio
import ssl
from typing import TYPE_CHECKING, Any

from tornado.httpclient import HTTPError, HTTPRequest
from tornado.httputil import HTTPInputError
from tornado.simple_httpclient import SimpleAsyncHTTPClient
from tornado.tcpclient import TCPClient

from rookery.delivery.actions import Failed, Failure
from rookery_transports.senders.tornado_answers import BODY_LIMIT, Head

if TYPE_CHECKING:
    from collections.abc import Callable

    from tornado.iostream import IOStream

    from rookery.delivery.actions import Outcome
    from rookery.transport.contract import Timeouts

NETWORK = (HTTPError, HTTPInputError, OSError)


class Connector(TCPClient):
    """Connects, and says so."""

    def __init__(self, on_connected: Callable[[IOStream], None]) -> None:
        super().__init__()
        self.on_connected = on_connected

    async def connect(self, *args: Any, **kwargs: Any) -> IOStream:
        """See ``TCPClient``."""
        stream = await super().connect(*args, **kwargs)
        self.on_connected(stream)
        return stream


class Exchange:
    """One request on a connection of its own."""

    def __init__(self, timeouts: Timeouts, streams: set[IOStream]) -> None:
        self.timeouts = timeouts
        self.streams = streams
        self.head = Head()
        self.stream: IOStream | None = None
        self.is_late = False
        self._timer: asyncio.TimerHandle | None = None

    async def run(self, request: HTTPRequest) -> Outcome:
        """Ask; what has an answer's head counts as answered, however its body ended."""
        client = SimpleAsyncHTTPClient(force_instance=True, max_body_size=BODY_LIMIT)
        connector = client.tcp_client = Connector(self._read)
        try:
            response = await client.fetch(request, raise_error=False)
            return self.head.answered(response.body)
        except NETWORK as error:
            return self.head.answered() if self.head.is_whole else self._failed(error)
        finally:
            self._end()
            connector.close()
            client.close()

    def _read(self, stream: IOStream) -> None:
        """There is a connection: the time to answer begins."""
        self.stream = stream
        self.streams.add(stream)
        if self.timeouts.read is not None:
            loop = asyncio.get_running_loop()
            self._timer = loop.call_later(self.timeouts.read, self._expire)

    def _expire(self) -> None:
        self.is_late = True
        if self.stream is not None:
            self.stream.close()

    def _end(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
        if self.stream is not None:
            self.streams.discard(self.stream)
            self.stream.close()

    def _failed(self, error: BaseException) -> Failed:
        failure = Failure.CONNECT if self.stream is None else Failure.READ
        if isinstance(error, ssl.SSLError):
            failure = Failure.OTHER
        detail = "read timed out" if self.is_late else f"{type(error).__name__}: {error}"
        return Failed(failure, detail)
