"""``twisted``: the program's reactor and Twisted's own HTTP client."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from rookery.errors import BadOption
from rookery_transports import tls
from rookery_transports.drivers.twisted import ReactorDriver

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rookery.transport.contract import AsyncSender, Setup


@dataclass(frozen=True)
class TwistedOptions:
    """What it understands besides the shared settings."""

    reactor: object = None
    """The reactor to work on; by default the one that is installed."""

    def __post_init__(self) -> None:
        needed = ("callFromThread", "callLater", "connectTCP", "addSystemEventTrigger")
        if self.reactor is not None and not all(hasattr(self.reactor, name) for name in needed):
            raise BadOption("reactor", self.reactor, "a reactor, such as twisted.internet.reactor")


class TwistedTransport(ReactorDriver):
    """Sends on Twisted's reactor, whichever the program has chosen, whenever it starts."""

    Options = TwistedOptions
    requires: ClassVar[Mapping[str, str]] = {
        "twisted": "rookery[twisted]",
        "OpenSSL": "rookery[twisted]",
        "service_identity": "rookery[twisted]",
    }
    unsupported = frozenset({"ssl_context", "socket_options"})
    backend = "rookery.testing.reactors:TWISTED"

    def __init__(self, setup: Setup) -> None:
        # Imported now, and not on the reactor, which it would keep for a tenth of a second.
        from rookery_transports.senders.twisted import TwistedSender
        from rookery_transports.senders.twisted_route import Route

        tls.check(setup.settings)
        self.route = Route(setup)  # likewise what it reads: certificates
        self.sender_on = TwistedSender
        super().__init__(setup)
        self.desk.courier.encoder()  # and what this imports

    def make_async_sender(self, setup: Setup) -> AsyncSender:
        """A sender on Twisted's Agent."""
        loop = self.running_loop()
        assert loop is not None  # it runs this code
        return self.sender_on(setup, self.route, loop.reactor)
