"""A hub of eventlet's, with a doorbell: no other thread may call it."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary, finalize

from greenlet import getcurrent

from rookery_transports.doorbell import Doorbell
from rookery_transports.hubs import Hub
from rookery_transports.quiet_eventlet import eventlet

if TYPE_CHECKING:
    from collections.abc import Callable

    from rookery_transports.waiting import Gate

DOORBELLS: WeakKeyDictionary[Any, Doorbell] = WeakKeyDictionary()
"""One for each hub that was met."""


class EventletHub(Hub):
    """A hub of eventlet's."""

    def __init__(self, hub: Any) -> None:
        super().__init__(hub)
        self._doorbell = DOORBELLS.get(hub) or install(hub)

    def is_alive(self) -> bool:
        """See :meth:`Hub.is_alive`."""
        return not self.hub.greenlet.dead

    def is_begun(self) -> bool:
        """See :meth:`Hub.is_begun`."""
        return bool(self.hub.running)

    def is_mine(self) -> bool:
        """See :meth:`Hub.is_mine`."""
        return hub_here() is self.hub

    def may_wait(self) -> bool:
        """See :meth:`Hub.may_wait`."""
        me = getcurrent()
        return me is not self.hub.greenlet and me not in self.busy

    def post(self, work: Callable[[], object]) -> None:
        """See :meth:`Hub.post`."""
        self._doorbell.ring(work)

    def set_timer(self, delay: float, work: Callable[[], object]) -> None:
        """See :meth:`Hub.set_timer`."""
        self.hub.schedule_call_global(delay, work)

    def gate(self) -> Gate:
        """See :meth:`Hub.gate`."""
        return EventletGate(self)


class EventletGate:
    """An event of eventlet's, sent in the hub of who waits for it: no other thread touches it."""

    def __init__(self, hub: EventletHub) -> None:
        self._hub = hub
        self._event = eventlet.Event()

    def acquire(self, blocking: bool = True, timeout: float = 0.0) -> bool:
        """Wait, and let others run."""
        self._event.wait(timeout if blocking else 0.0)
        return bool(self._event.ready())

    def release(self) -> None:
        """Let it go on."""
        self._hub.call_soon(lambda: self._event.ready() or self._event.send())


def hub_here() -> Any:
    """The hub of the calling thread, or None. ``get_hub`` would make one."""
    return getattr(eventlet.hubs._threadlocal, "hub", None)  # noqa: SLF001 - see above


def is_inherited(hub: Any) -> bool:
    """Whether a parent process had this hub: both would now wait at the same file."""
    return hub in DOORBELLS and DOORBELLS[hub].pid != os.getpid()


def install(hub: Any) -> Doorbell:
    """A doorbell for a hub."""
    doorbell = DOORBELLS[hub] = Doorbell()
    hub.add(hub.READ, doorbell.number, doorbell.answer, lambda *_: None, lambda: None)
    finalize(hub, doorbell.remove).atexit = False  # what comes at the end rings too
    return doorbell
