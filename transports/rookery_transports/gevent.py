"""``gevent``: sends in greenlets, with or without monkey-patching."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from rookery_transports.green import GreenTransport

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rookery_transports.hubs import Hubs
    from rookery_transports.senders.dialling import Green


class GeventTransport(GreenTransport):
    """Sends in greenlets of the program's hub."""

    requires: ClassVar[Mapping[str, str]] = {"gevent": "rookery[gevent]"}
    backend = "rookery.testing.backends:GEVENT"

    def make_hubs(self) -> Hubs:
        """Those of gevent."""
        from rookery_transports.drivers.gevent import GeventHubs

        return GeventHubs()

    def make_green(self) -> Green:
        """Those of gevent."""
        from rookery_transports.senders.gevent import GEVENT

        return GEVENT
