"""Twisted's Agent for one server: what is the same for every request is settled once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from twisted.web.client import URI, Agent, HTTPConnectionPool
from twisted.web.http_headers import Headers

from rookery_transports.senders.twisted_bodies import Bytes

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
        return super().getConnection(key, exchange).addCallback(exchange.ask)


class Head:
    """A request but for its body, in Agent's words."""

    def __init__(self, request: Request, route: Route) -> None:
        self.url, self.given = request.url, request.headers
        url = request.url.encode()
        self.uri: Any = URI.fromBytes(url)
        self.target: bytes = url if route.is_by_proxy else self.uri.originForm
        given = {**request.headers, **route.headers}
        self.headers = Headers({name: [value] for name, value in given.items()})

    def fits(self, request: Request) -> bool:
        """Whether the request differs in its body alone from the one that this was made for."""
        return self.given is request.headers and self.url == request.url


class ServerAgent(Agent):
    """Asks one server, directly or by a proxy, as Agent and ProxyAgent do.

    Those take a URL apart for each request, and copy its headers to add ``Host`` to them.
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
