"""One request and its answer by Twisted's Agent, within their time-outs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from twisted.internet.defer import Deferred

from rookery.delivery.actions import Answered, Failure
from rookery_transports.senders.twisted_bodies import Body, told
from rookery_transports.senders.twisted_head import Whole

if TYPE_CHECKING:
    from rookery.transport.contract import Request
    from rookery_transports.senders.twisted_agent import ServerAgent
    from rookery_transports.senders.twisted_route import Route
    from rookery_transports.senders.twisted_wire import Layer


class Exchange:
    """One request on one connection, which was kept from an earlier one or is made for it."""

    def __init__(self, agent: ServerAgent, route: Route, reactor: Any, layers: set[Layer]) -> None:
        self.agent = agent
        self.route = route
        self.reactor = reactor
        self.layers = layers
        self.phase = Failure.READ
        """How far it has come: CONNECT as long as a connection is made."""
        self.is_fresh = False
        """Whether the connection was made for this request."""
        self.is_late = False
        self.head: Any = None
        self._connection: Any = None
        self._response: Any = None
        self._timer: Any = None

    async def run(self, request: Request) -> Answered:
        """Ask, and read the answer. Raises what Twisted says of the network."""
        self._timeouts = request.timeouts
        self._ends_at = None if request.timeouts.total is None else self._in(request.timeouts.total)
        body = self._body = Body(self._abort)
        try:
            asking = self.agent.ask(request, self)
            self._give_up = asking.cancel
            asking.addCallback(self._read).addErrback(body.fail)
            await body.done
            return Answered(self._response.code, told(self._response.headers), body.read)
        finally:
            self._stop_timer()

    def _read(self, response: Any) -> None:
        self._give_up = self._abort
        self._response = response
        response.deliverBody(self._body)

    # For Agent and its pool.

    def connect(self, factory: Any) -> Deferred[Any]:
        """See ``IStreamClientEndpoint``; called if no connection is kept."""
        self._enter(Failure.CONNECT, self._timeouts.connect)
        self.is_fresh = True
        return Deferred.fromCoroutine(self._connect(factory))

    async def _connect(self, factory: Any) -> Any:
        layer = await self.route.connect(self.reactor, self.layers)
        protocol = factory.buildProtocol(None)
        layer.carry(protocol)
        return protocol

    def take(self, connection: Any) -> Exchange:
        """There is a connection, and the request is about to be written: by this, in its place."""
        self._connection = connection
        self._enter(Failure.READ, self._timeouts.read)
        return self

    def request(self, request: Any) -> Any:
        """See Twisted's ``HTTP11ClientProtocol``."""
        written = self.head.with_body(request, request.bodyProducer.body)
        return self._connection.request(Whole(request, written))

    # Time.

    def _in(self, seconds: float) -> float:
        return float(self.reactor.seconds()) + seconds

    def _enter(self, phase: Failure, seconds: float | None) -> None:
        """From now on this is done, for so many seconds at most."""
        self._stop_timer()
        self.phase = phase
        ends = [end for end in (seconds and self._in(seconds), self._ends_at) if end is not None]
        if ends:
            self._timer = self.reactor.callLater(max(0.0, min(ends) - self._in(0)), self._expire)

    def _stop_timer(self) -> None:
        if self._timer is not None and self._timer.active():
            self._timer.cancel()

    def _expire(self) -> None:
        self.is_late = True
        self._give_up()

    def _abort(self) -> None:
        self._connection.transport.abortConnection()
