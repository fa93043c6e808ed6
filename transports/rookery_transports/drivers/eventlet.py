"""eventlet, in the words of the driver for green threads."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from greenlet import getcurrent

from rookery.errors import BadOption
from rookery_transports.drivers.eventlet_hub import EventletHub, hub_here, is_inherited
from rookery_transports.hubs import Hub, Hubs
from rookery_transports.quiet_eventlet import eventlet

if TYPE_CHECKING:
    from collections.abc import Callable

    from rookery_transports.waiting import Gate

_thread = eventlet.patcher.original("_thread")


class EventletHubs(Hubs):
    """eventlet."""

    def named(self, hub: Any) -> Hub:
        """See :meth:`Hubs.named`."""
        if not isinstance(hub, eventlet.hubs.hub.BaseHub):
            raise BadOption("hub", hub, "a hub of eventlet's, such as eventlet.hubs.get_hub()")
        return EventletHub(hub)

    def here(self) -> Hub | None:
        """See :meth:`Hubs.here`. One that was inherited by a fork is shared, and of no use."""
        hub = hub_here()
        return None if hub is None or is_inherited(hub) else EventletHub(hub)

    def make(self) -> Hub | None:
        """See :meth:`Hubs.make`."""
        hub = eventlet.hubs.get_hub()
        return None if is_inherited(hub) else EventletHub(hub)

    def spawn(self, hub: Hub, work: Callable[[], object]) -> None:
        """See :meth:`Hubs.spawn`."""

        def run() -> None:
            try:
                work()
            finally:
                hub.busy.discard(getcurrent())

        hub.busy.add(eventlet.spawn_n(run))

    def thread_id(self) -> int:
        """See :meth:`Hubs.thread_id`."""
        return int(_thread.get_ident())

    def closed_lock(self) -> Gate:
        """See :meth:`Hubs.closed_lock`."""
        lock: Gate = _thread.allocate_lock()
        lock.acquire()
        return lock

    def start_thread(self, work: Callable[[], object], tell: Callable[[], object]) -> None:
        """See :meth:`Hubs.start_thread`."""
        _thread.start_new_thread(lambda: (work(), tell()), ())
