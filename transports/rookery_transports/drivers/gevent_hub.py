"""A hub of gevent's."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gevent._hub_local import get_hub_if_exists as hub_here  # gevent.hub has it as _get_hub
from gevent.event import Event
from greenlet import getcurrent

from rookery_transports.hubs import Hub

__all__ = ["GeventHub", "hub_here"]

if TYPE_CHECKING:
    from collections.abc import Callable

    from rookery_transports.waiting import Gate


class GeventHub(Hub):
    """A hub of gevent's."""

    def is_alive(self) -> bool:
        """See :meth:`Hub.is_alive`; a destroyed hub has no loop."""
        return not self.hub.dead and self.hub.loop is not None

    def is_begun(self) -> bool:
        """See :meth:`Hub.is_begun`; it is a greenlet itself, and true once it was switched to."""
        return bool(self.hub)

    def is_mine(self) -> bool:
        """See :meth:`Hub.is_mine`."""
        return hub_here() is self.hub

    def may_wait(self) -> bool:
        """See :meth:`Hub.may_wait`."""
        me = getcurrent()
        return me is not self.hub and me not in self.busy

    def post(self, work: Callable[[], object]) -> None:
        """See :meth:`Hub.post`.

        A callback that asks for another one has it run at once, for some milliseconds on end; with
        a timer, all that waits in the hub has its turn in between.
        """
        if self.is_mine():
            self.hub.loop.timer(0).start(work)
        else:
            self.hub.loop.run_callback_threadsafe(work)

    def set_timer(self, delay: float, work: Callable[[], object]) -> None:
        """See :meth:`Hub.set_timer`. Who waits for the hub to run out of work is not held up."""
        self.hub.loop.timer(delay, ref=False).start(work)

    def gate(self) -> Gate:
        """See :meth:`Hub.gate`."""
        return GeventGate(self)


class GeventGate:
    """An event of gevent's, set in the hub of who waits for it: no other thread touches it."""

    def __init__(self, hub: GeventHub) -> None:
        self._hub = hub
        self._event = Event()

    def acquire(self, blocking: bool = True, timeout: float = 0.0) -> bool:
        """Wait, and let others run."""
        return bool(self._event.wait(timeout if blocking else 0.0))

    def release(self) -> None:
        """Let it go on."""
        self._hub.call_soon(self._event.set)
