"""The sender that speaks HTTP through Tornado's own client, ``SimpleAsyncHTTPClient``.

That client opens a connection for each request; so there is a client for each, too.
"""

from __future__ import annotations

import os
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from tornado.httpclient import HTTPRequest

from rookery.transport.contract import AsyncSender
from rookery_transports.senders.tornado_exchange import Exchange

if TYPE_CHECKING:
    import ssl

    from tornado.iostream import IOStream

    from rookery.delivery.actions import Outcome
    from rookery.transport.contract import Request


class TornadoSender(AsyncSender):
    """Posts by a new connection each time, which is all that this client can."""

    def __init__(self, context: ssl.SSLContext | None) -> None:
        self.context = context
        self.streams: set[IOStream] = set()
        """The connections that are open."""

    async def post(self, request: Request) -> Outcome:
        """Send."""
        exchange = Exchange(request.timeouts, self.streams)
        asked = HTTPRequest(
            request.url,
            method="POST",
            headers=dict(request.headers),
            body=request.body,
            connect_timeout=0,  # an exchange keeps the time, and leaves no socket open
            request_timeout=0,
            follow_redirects=False,
            decompress_response=False,
            ssl_options=self.context,
            header_callback=exchange.head.take,
        )
        return await exchange.run(asked)

    def forget(self) -> None:
        """Close this process's copies of the sockets, behind the loop's back."""
        while self.streams:
            stream: Any = self.streams.pop()
            with suppress(OSError, AttributeError):  # closed already
                os.close(stream.socket.detach())
