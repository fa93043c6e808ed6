"""Twisted's connections, layer on layer: TCP, TLS to a proxy, a tunnel, TLS to the server, HTTP.

Rule 1: a layer is laid when the one below is ready, so that no byte of a request leaves before the
        server's name is verified.
Rule 2: whatever is done because something arrives is marked as a transport's.
"""

from __future__ import annotations

from typing import Any

from twisted.internet.defer import Deferred
from twisted.internet.interfaces import IHandshakeListener
from twisted.internet.protocol import Factory, Protocol
from twisted.protocols.tls import TLSMemoryBIOFactory
from zope.interface import implementer

from rookery.transport.guard import unheard


@implementer(IHandshakeListener)
class Layer(Protocol):
    """Stands on a transport, and hands what comes to whoever is above at present."""

    def __init__(self, layers: set[Layer]) -> None:
        self.layers = layers
        """Those of its kind that are open."""
        self.upper: Any = None
        self.secured: Deferred[None] = Deferred()
        """Fires once the TLS below is established and its certificate verified."""

    def connectionMade(self) -> None:  # noqa: N802 - Twisted's name
        """See ``Protocol``."""
        self.layers.add(self)

    def carry(self, upper: Any) -> None:
        """Have another protocol above."""
        upper.makeConnection(self.transport)
        self.upper = upper

    def handshakeCompleted(self) -> None:  # noqa: N802 - Twisted's name
        """See ``IHandshakeListener``."""
        self.secured.callback(None)

    def dataReceived(self, data: bytes) -> None:  # noqa: N802 - Twisted's name
        """See ``Protocol``."""
        if self.upper is not None:
            unheard(self.upper.dataReceived, data)

    def connectionLost(self, reason: Any = None) -> None:  # noqa: N802 - Twisted's name
        """See ``Protocol``."""
        self.layers.discard(self)
        if self.upper is not None:
            unheard(self.upper.connectionLost, reason)
        elif not self.secured.called:
            self.secured.errback(reason)
            self.secured.addErrback(lambda _: None)  # who waits has been told


class Layers(Factory):
    """Makes them, and says nothing about it."""

    noisy = False

    def __init__(self, layers: set[Layer]) -> None:
        self.layers = layers

    def buildProtocol(self, _: object) -> Layer:  # noqa: N802 - Twisted's name
        """See ``Factory``."""
        return Layer(self.layers)


async def secure(layer: Layer, creator: Any, clock: Any) -> Layer:
    """The layer above TLS, once the certificate below is verified."""
    factory: Any = Layers(set())
    tls = TLSMemoryBIOFactory(creator, True, factory, clock).buildProtocol(None)
    above: Any = tls.wrappedProtocol
    layer.carry(tls)
    await above.secured
    return above  # type: ignore[no-any-return]  # Layers makes it
