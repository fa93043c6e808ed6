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
        from rookery_transports.senders.green import GreenSender

        self._make = GreenSender
        super().__init__(setup)

    @abstractmethod
    def make_green(self) -> Green:
        """The library's sockets."""

    def make_sender(self, setup: Setup) -> Sender:
        """A sender for one hub: it blocks a green thread, and no other."""
        return self._make(setup, self._green, self._context)
