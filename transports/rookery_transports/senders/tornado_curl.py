"""The sender that speaks HTTP through Tornado's client on libcurl, for programs that chose it.

Rule: it has no time-out for the answer alone, and cannot be told to give up. Its connection is cut.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pycurl
from tornado.curl_httpclient import CurlAsyncHTTPClient
from tornado.httpclient import HTTPError, HTTPRequest

from rookery.transport.contract import AsyncSender
from rookery_transports.senders.tornado_curl_exchange import Exchange
from rookery_transports.senders.tornado_curl_sockets import Sockets

if TYPE_CHECKING:
    from rookery.delivery.actions import Outcome
    from rookery.transport.contract import Request, Setup

VERY_LONG = 2_000_000.0
"""Seconds that stand for no time-out; 0 would stand for libcurl's own."""
A_MOMENT = 0.5
"""Seconds after which a connection that was cut is taken to be noticed."""
FORGOTTEN: list[CurlAsyncHTTPClient] = []
"""Kept, since their ends would speak to servers by sockets that are another process's."""


class TornadoCurlSender(AsyncSender):
    """Posts through libcurl, which keeps connections, if it may, and knows every proxy."""

    def __init__(self, setup: Setup, settled: dict[int, Any]) -> None:
        self.settled = settled
        self.client = CurlAsyncHTTPClient(
            force_instance=True, max_clients=setup.settings.concurrency
        )
        self.sockets = Sockets()
        self.fetches: set[asyncio.Future[Any]] = set()

    async def post(self, request: Request) -> Outcome:
        """Send."""
        exchange = Exchange(request.timeouts)
        asked = HTTPRequest(
            request.url,
            method="POST",
            headers=dict(request.headers),
            body=request.body,
            connect_timeout=request.timeouts.connect or VERY_LONG,
            request_timeout=request.timeouts.total or 0,
            user_agent=request.headers.get("User-Agent"),
            follow_redirects=False,
            decompress_response=False,
            header_callback=exchange.head.take,
            prepare_curl_callback=lambda curl: self._prepare(curl, exchange),
        )
        fetch = self.client.fetch(asked, raise_error=False)
        self.fetches.add(fetch)
        fetch.add_done_callback(self.fetches.discard)
        try:
            await fetch
            return exchange.outcome()
        except HTTPError as error:
            return exchange.outcome(error)
        finally:
            exchange.end()

    def _prepare(self, curl: Any, exchange: Exchange) -> None:
        for name, value in self.settled.items():
            curl.setopt(name, value)
        curl.setopt(pycurl.WRITEFUNCTION, exchange.write)
        curl.setopt(pycurl.SOCKOPTFUNCTION, self.sockets.note)
        curl.setopt(pycurl.PREREQFUNCTION, lambda *ends: self._ask(exchange, ends[-1]))

    def _ask(self, exchange: Exchange, port: int) -> int:
        """There is a connection: the time to answer begins."""
        if exchange.is_over:  # libcurl tries again where a kept connection ends
            return int(pycurl.PREREQFUNC_ABORT)
        exchange.port = port
        if exchange.timeouts.read is not None and exchange.timer is None:
            loop = asyncio.get_running_loop()
            exchange.timer = loop.call_later(exchange.timeouts.read, self._expire, exchange)
        return int(pycurl.PREREQFUNC_OK)

    def _expire(self, exchange: Exchange) -> None:
        exchange.is_over = True
        self.sockets.cut(exchange.port)

    async def aclose(self) -> None:
        """Close the connections; those in use first, since a client that is closed settles nothing."""
        self.sockets.cut()
        if self.fetches:
            await asyncio.wait(self.fetches, timeout=A_MOMENT)
        self.client.close()

    def forget(self) -> None:
        """Close this process's copies of the sockets, behind libcurl's back."""
        FORGOTTEN.append(self.client)
        self.sockets.close()
