"""``null``: delivers to nobody, for a place where nothing is to be sent.

What it takes counts as delivered: it went where the program sends it. So a loss in its books is one
that any other transport would have had too, such as a value that is no JSON.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from rookery.delivery.actions import Answered
from rookery.transport.contract import Sender
from rookery_transports.drivers.inline import InlineDriver
from rookery_transports.offline import NETWORK_SETTINGS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rookery.delivery.actions import Outcome
    from rookery.transport.contract import Request, Setup


class NullSender(Sender):
    """Accepts everything, and forgets it."""

    def post(self, _: Request) -> Outcome:
        """Nothing."""
        return Answered(200)


class NullTransport(InlineDriver):
    """Counts, and forgets."""

    defaults: ClassVar[Mapping[str, object]] = {"compression": "none"}
    unsupported = NETWORK_SETTINGS | {"compression", "compression_level"}
    backend = "rookery.testing.keepers:NULL"

    def make_sender(self, _: Setup) -> Sender:
        """A sender to nowhere."""
        return NullSender()
