"""gevent, in the words of the driver for green threads."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import gevent
from gevent.hub import Hub as Native
from gevent.monkey import get_original

from rookery.errors import BadOption
from rookery_transports.drivers.gevent_hub import GeventHub, hub_here
from rookery_transports.hubs import Hub, Hubs

if TYPE_CHECKING:
    from collections.abc import Callable

    from rookery_transports.waiting import Gate

get_ident = get_original("_thread", "get_ident")
allocate_lock = get_original("_thread", "allocate_lock")
start_new_thread = get_original("_thread", "start_new_thread")


class GeventHubs(Hubs):
    """gevent."""

    def __init__(self) -> None:
        self._pid = os.getpid()
        for needed in ("resolver", "threadpool"):  # at the end of a program it is too late to load
            getattr(gevent.config, needed)

    def named(self, hub: Any) -> Hub:
        """See :meth:`Hubs.named`."""
        if not isinstance(hub, Native):
            raise BadOption("hub", hub, "a hub of gevent's, such as gevent.get_hub()")
        return GeventHub(hub)

    def here(self) -> Hub | None:
        """See :meth:`Hubs.here`. In a child that :func:`os.fork` made, it has to be told so."""
        if self._pid != os.getpid():
            self._pid = os.getpid()
            gevent.reinit()  # harmless where gevent's own fork did it before
        hub = hub_here()
        return None if hub is None else GeventHub(hub)

    def make(self) -> Hub:
        """See :meth:`Hubs.make`."""
        return GeventHub(gevent.get_hub())

    def spawn(self, hub: Hub, work: Callable[[], object]) -> None:
        """See :meth:`Hubs.spawn`."""
        worker = gevent.spawn(work)
        hub.busy.add(worker)
        worker.rawlink(hub.busy.discard)

    def thread_id(self) -> int:
        """See :meth:`Hubs.thread_id`."""
        return int(get_ident())

    def closed_lock(self) -> Gate:
        """See :meth:`Hubs.closed_lock`."""
        lock: Gate = allocate_lock()
        lock.acquire()
        return lock

    def start_thread(self, work: Callable[[], object], tell: Callable[[], object]) -> None:
        """See :meth:`Hubs.start_thread`."""
        start_new_thread(work_and_tidy, (work, tell))


def work_and_tidy(work: Callable[[], object], tell: Callable[[], object]) -> None:
    """In a thread of its own: what it does may need a hub, if the program is patched."""
    work()
    hub = hub_here()
    if hub is not None:
        hub.destroy(destroy_loop=True)  # before it is told, and the program perhaps ends
    tell()
