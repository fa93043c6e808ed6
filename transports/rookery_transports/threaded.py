"""``threaded``: a background thread and urllib3. The default."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rookery_transports.drivers.thread import ThreadDriver

if TYPE_CHECKING:
    from rookery.transport.contract import Sender, Setup


class ThreadedTransport(ThreadDriver):
    """Sends from threads of its own, so that the program never waits for the server."""

    backend = "rookery.testing.backends:THREADED"

    def __init__(self, setup: Setup) -> None:
        if setup.settings.cert_file or setup.settings.ca_certs:
            from rookery_transports import tls

            tls.check(setup.settings)
        super().__init__(setup)

    def make_sender(self, setup: Setup) -> Sender:
        """A sender on urllib3, which is not loaded before there is something to send."""
        from rookery_transports.senders.urllib3 import Urllib3Sender

        return Urllib3Sender(setup)
