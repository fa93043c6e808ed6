"""What ``gevent`` and ``eventlet`` share: urllib3 over green sockets, in green threads."""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rookery_transports import tls
from rookery_transports.drivers.green import GreenDriver

if TYPE_CHECKING:
    from rookery.transport.contract import Sender, Setup
    from rookery_transports.senders.dialling import Green


@dataclass(frozen=True)
class GreenOptions:
    """What ``gevent`` and ``eventlet`` understand besides the shared settings."""

    hub: object = None
    """The hub that sends. By default it is found: the first one that runs what is captured."""


class GreenTransport(GreenDriver):
    """Sends in green threads of the program's hub."""

    Options = GreenOptions

    def __init__(self, setup: Setup) -> None:
        self._green = self.make_green()
        self._context = tls.context(setup.settings)  # now: it would stop the hub for 20 ms later
        super().__init__(setup)

    @abstractmethod
    def make_green(self) -> Green:
        """The library's sockets."""

    def make_sender(self, setup: Setup) -> Sender:
        """See :meth:`GreenDriver.make_sender`."""
        from rookery_transports.senders.urllib3 import Urllib3Sender

        settings = setup.settings._replace(ssl_context=self._context)
        return Urllib3Sender(setup._replace(settings=settings))

    def make_green_sender(self, setup: Setup) -> Sender:
        """See :meth:`GreenDriver.make_green_sender`."""
        from rookery_transports.senders.green import GreenSender

        return GreenSender(setup, self._green, self._context)
