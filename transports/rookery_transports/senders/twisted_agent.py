"""Twisted's Agent for one server: what is the same for every request is settled once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from twisted.web.client import Agent, HTTPConnectionPool

from rookery_transports.senders.twisted_bodies import Bytes
from rookery_transports.senders.twisted_head import Head

if TYPE_CHECKING:
    from rookery.transport.contract import Request
    from rookery.transport.settings import Settings
    from rookery_transports.senders.twisted_exchange import Exchange
    from rookery_transports.senders.twisted_route import Route


class Pool(HTTPConnectionPool):
    """Connections to one server, by whatever way; an exchange is told which one it has."""

    retryAutomatically = False  # noqa: N815 - Twisted's name

    def __init__(self, reactor: Any, settings: Settings) -> None:
        super().__init__(reactor, persistent=settings.keep_alive)  # type: ignore[no-untyped-call]  # untyped there
        self.maxPersistentPerHost = settings.concurrency

    def getConnection(self, key: Any, exchange: Any) -> Any:  # noqa: N802 - Twisted's name
        """See ``HTTPConnectionPool``."""
        return super().getConnection(key, exchange).addCallback(exchange.take)


class ServerAgent(Agent):
    """Asks one server, directly or by a proxy, as Agent and ProxyAgent do.

    Those take a URL apart for each request, and copy its headers to add ``Host`` to them. The
    exchange is told what is to be written, and that is asked of the connection.
    """

    def __init__(self, reactor: Any, pool: Pool, route: Route) -> None:
        super().__init__(reactor, pool=pool)  # type: ignore[no-untyped-call]  # untyped there
        self.route = route
        self._head: Head | None = None

    def ask(self, request: Request, exchange: Exchange) -> Any:
        """A Deferred of the answer's head, by a kept connection or by one that ``exchange`` makes."""
        head = self._head
        if head is None or not head.fits(request):
            head = self._head = self._settled(request)
        exchange.head = head
        ask: Any = self._requestWithEndpoint
        body = Bytes(request.body)
        return ask("server", exchange, b"POST", head.uri, head.headers, body, head.target)

    def _settled(self, request: Request) -> Head:
        head = Head(request, self.route)
        if not head.headers.hasHeader("Host"):
            compute: Any = self._computeHostValue
            host = compute(head.uri.scheme, head.uri.host, head.uri.port)
            head.headers.addRawHeader(b"Host", host)
        return head
