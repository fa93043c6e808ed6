"""``sync``: the calling thread sends, through urllib3. For short jobs and frozen runtimes."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from rookery_transports import tls
from rookery_transports.drivers.inline import InlineDriver

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rookery.transport.contract import Sender, Setup


class SyncTransport(InlineDriver):
    """Sends where it is called: when ``capture_exception`` returns, the server has answered."""

    defaults: ClassVar[Mapping[str, object]] = {"retries": 0}
    backend = "rookery.testing.backends:SYNC"

    def __init__(self, setup: Setup) -> None:
        tls.check(setup.settings)
        super().__init__(setup)

    def make_sender(self, setup: Setup) -> Sender:
        """A sender on urllib3, which is not loaded before there is something to send."""
        from rookery_transports.senders.urllib3 import Urllib3Sender

        return Urllib3Sender(setup)
