"""The sender that speaks HTTP through Twisted's Agent, in the thread of its reactor."""

from __future__ import annotations

import os
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from OpenSSL import SSL
from service_identity import VerificationError
from twisted.internet.defer import CancelledError
from twisted.internet.error import (
    ConnectError,
    ConnectingCancelledError,
    ConnectionClosed,
    DNSLookupError,
)
from twisted.web.client import (
    RequestGenerationFailed,
    RequestTransmissionFailed,
    ResponseFailed,
    ResponseNeverReceived,
)

from rookery.delivery.actions import Failed, Failure
from rookery.transport.contract import AsyncSender
from rookery_transports.senders.twisted_agent import Pool, ServerAgent
from rookery_transports.senders.twisted_exchange import Exchange
from rookery_transports.senders.twisted_tunnel import TunnelRefused

if TYPE_CHECKING:
    from rookery.delivery.actions import Outcome
    from rookery.transport.contract import Request, Setup
    from rookery_transports.senders.twisted_route import Route
    from rookery_transports.senders.twisted_wire import Layer

WRAPPED = (RequestGenerationFailed, RequestTransmissionFailed, ResponseFailed)
"""What Agent puts around the reasons."""
CANCELLED = (CancelledError, ConnectingCancelledError)
NETWORK = (*WRAPPED, *CANCELLED, ConnectError, ConnectionClosed, DNSLookupError, TunnelRefused)
UNTRUSTED = (SSL.Error, VerificationError)
CLOSED_UNSEEN = (ResponseNeverReceived, RequestTransmissionFailed)
"""A kept connection was closed before the first byte of an answer, by the server or on the way."""


class TwistedSender(AsyncSender):
    """Posts through a pool of connections to one server."""

    def __init__(self, setup: Setup, route: Route, reactor: Any) -> None:
        self.route = route
        self.reactor = reactor
        self.layers: set[Layer] = set()
        """The connections that are open, at their TCP end."""
        self.pool: Any = Pool(reactor, setup.settings)
        self.agent = ServerAgent(reactor, self.pool, route)

    async def post(self, request: Request) -> Outcome:
        """Send; again, once, if the server had closed the kept-alive connection meanwhile."""
        exchange = self._exchange()
        try:
            try:
                return await exchange.run(request)
            except CLOSED_UNSEEN as error:
                if exchange.is_fresh or not isinstance(reason_of(error), ConnectionClosed):
                    raise
                exchange = self._exchange()
                return await exchange.run(request)
        except (*NETWORK, *UNTRUSTED) as error:
            return failed(exchange, reason_of(error))

    async def aclose(self) -> None:
        """Close the connections; a server that does not say good-bye is not waited for."""
        self.pool.closeCachedConnections()
        for layer in self.layers.copy():
            transport: Any = layer.transport
            transport.loseConnection()

    def forget(self) -> None:
        """Close this process's copies of the sockets, behind the reactor's back."""
        while self.layers:
            inherited: Any = self.layers.pop().transport
            with suppress(OSError, AttributeError):  # closed already
                os.close(inherited.getHandle().detach())

    def _exchange(self) -> Exchange:
        return Exchange(self.agent, self.route, self.reactor, self.layers)


def reason_of(error: BaseException) -> BaseException:
    """What the network said, in whatever Agent has wrapped it."""
    while isinstance(error, WRAPPED) and error.reasons:
        error = error.reasons[0].value
    return error


def failed(exchange: Exchange, reason: BaseException) -> Failed:
    """How far a request came that has no answer."""
    if exchange.is_late:
        return Failed(exchange.phase, f"{exchange.phase.value} timed out")
    failure = Failure.OTHER if isinstance(reason, UNTRUSTED) else exchange.phase
    return Failed(failure, f"{type(reason).__name__}: {reason}")
