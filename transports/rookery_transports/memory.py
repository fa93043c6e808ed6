"""``memory``: keeps envelopes, for tests."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from rookery.delivery.actions import Answered
from rookery.envelope import Envelope
from rookery.transport.contract import Sender
from rookery_transports.drivers.inline import InlineDriver
from rookery_transports.offline import NETWORK_SETTINGS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rookery.delivery.actions import Outcome
    from rookery.transport.contract import Request, Setup


class MemorySender(Sender):
    """Accepts everything, as it would have gone over the wire."""

    def __init__(self, envelopes: list[Envelope]) -> None:
        self.envelopes = envelopes

    def post(self, request: Request) -> Outcome:
        """Keep what a server would have read."""
        self.envelopes.append(Envelope.parse(request.body))
        return Answered(200)


class MemoryTransport(InlineDriver):
    """Everything delivered is in ``envelopes``, oldest first."""

    defaults: ClassVar[Mapping[str, object]] = {"compression": "none"}
    unsupported = NETWORK_SETTINGS | {"compression", "compression_level"}
    backend = "rookery.testing.keepers:MEMORY"

    def __init__(self, setup: Setup) -> None:
        self.envelopes: list[Envelope] = []
        super().__init__(setup)

    def make_sender(self, _: Setup) -> Sender:
        """A sender into the list."""
        return MemorySender(self.envelopes)

    @property
    def events(self) -> list[Any]:
        """The events among what was delivered, as JSON objects, oldest first."""
        return [event for envelope in self.envelopes if (event := envelope.event) is not None]

    def clear(self) -> None:
        """Forget what was delivered."""
        self.envelopes.clear()
