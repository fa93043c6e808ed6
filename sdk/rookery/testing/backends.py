"""The back-ends of the built-in transports, by which ``rookery conformance`` checks them."""

from __future__ import annotations

from rookery.testing import hosts
from rookery.testing.conformance import FULL, Backend

SYNC = Backend("sync", FULL - {"queues"})
THREADED = Backend("threaded", FULL)
EVENTLET = Backend("eventlet", FULL, host=hosts.eventlet_hub)
GEVENT = Backend("gevent", FULL, host=hosts.gevent_hub)
