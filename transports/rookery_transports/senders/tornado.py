"""The sender that speaks HTTP through Tornado's own client, ``SimpleAsyncHTTPClient``.

That client opens a connection for each request, and makes the first exchange on it; for those after
the first see :mod:`rookery_transports.senders.tornado_kept`.
"""

from __future__ import annotations

import os
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from tornado.httpclient import HTTPRequest

from rookery.transport.contract import AsyncSender
from rookery_transports.senders.dialogue import Head
from rookery_transports.senders.tornado_exchange import Exchange
from rookery_transports.senders.tornado_kept import KeptConnection, end

if TYPE_CHECKING:
    import ssl

    from rookery.delivery.actions import Outcome
    from rookery.transport.contract import Request
    from rookery_transports.senders.tornado_kept import Lasting


class TornadoSender(AsyncSender):
    """Posts by connections that it keeps, if it may."""

    def __init__(self, context: ssl.SSLContext | None, *, keeps: bool) -> None:
        self.context = context
        self.keeps = keeps
        self.streams: set[Lasting] = set()
        """The connections that are open."""
        self._idle: list[KeptConnection] = []
        self._heads: list[Head] = []

    async def post(self, request: Request) -> Outcome:
        """Send; again, once, if the server had closed the connection meanwhile."""
        outcome = await self._next_exchange(request)
        return await self._first_exchange(request) if outcome is None else outcome

    async def _next_exchange(self, request: Request) -> Outcome | None:
        kept = self._take()
        if kept is None:
            return None
        try:
            return await kept.exchange(request)
        finally:
            if kept.pipe.stream.closed():
                self.streams.discard(kept.pipe.stream)
            else:
                self._idle.append(kept)

    async def _first_exchange(self, request: Request) -> Outcome:
        exchange = Exchange(request.timeouts, self.streams, keeps=self.keeps)
        asked = HTTPRequest(
            request.url,
            method="POST",
            headers={**request.headers, "Connection": "keep-alive" if self.keeps else "close"},
            body=request.body,
            connect_timeout=0,  # an exchange keeps the time, and leaves no socket open
            request_timeout=0,
            follow_redirects=False,
            decompress_response=False,
            ssl_options=self.context,
            header_callback=exchange.take,
        )
        outcome = await exchange.run(asked)
        if exchange.stream in self.streams:  # it was kept
            self._heads = self._heads or [Head.of(request)]
            self._idle.append(KeptConnection(exchange.stream, self._heads[0]))
        return outcome

    def _take(self) -> KeptConnection | None:
        while self._idle:
            kept = self._idle.pop()
            if kept.is_open():
                return kept
            self._let_go(kept.pipe.stream)
        return None

    def _let_go(self, stream: Lasting) -> None:
        self.streams.discard(stream)
        end(stream)

    async def aclose(self) -> None:
        """Close the connections; what still uses one fails."""
        for stream in list(self.streams):
            self._let_go(stream)

    def forget(self) -> None:
        """Close this process's copies of the sockets, behind the loop's back."""
        self._idle.clear()
        while self.streams:
            stream: Any = self.streams.pop()
            with suppress(OSError, AttributeError):  # closed already
                os.close(stream.socket.detach())
