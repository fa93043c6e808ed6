"""``eventlet``: sends in green threads, with or without monkey-patching."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from rookery_transports.green import GreenTransport

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rookery_transports.hubs import Hubs
    from rookery_transports.senders.dialling import Green


class EventletTransport(GreenTransport):
    """Sends in green threads of the program's hub."""

    requires: ClassVar[Mapping[str, str]] = {"eventlet": "rookery[eventlet]"}
    backend = "rookery.testing.backends:EVENTLET"

    def make_hubs(self) -> Hubs:
        """Those of eventlet."""
        from rookery_transports.drivers.eventlet import EventletHubs

        return EventletHubs()

    def make_green(self) -> Green:
        """Those of eventlet."""
        from rookery_transports.senders.eventlet import EVENTLET

        return EVENTLET
