"""Hubs: the loops of gevent and eventlet, one for each thread, on which green threads run.

A hub has no main call: whichever green thread waits lets it run. So a hub runs for whoever waits
in its thread, and stands still while that thread is busy with something else.
"""

from __future__ import annotations

import os
from abc import ABC, abstractmethod
from sys import is_finalizing
from typing import TYPE_CHECKING, Any

from rookery_transports.event_loop import Loop

if TYPE_CHECKING:
    from collections.abc import Callable

    from greenlet import greenlet

    from rookery_transports.waiting import Gate


class Hub(Loop):
    """The hub of a thread in this process. A forked child has another, be it a copy of this one."""

    def __init__(self, hub: Any) -> None:
        self.hub = hub
        self.pid = os.getpid()
        self.busy: set[greenlet] = set()
        """Green threads of ours: one that waited for the hub's work would wait for itself."""

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Hub) and (self.hub, self.pid) == (other.hub, other.pid)

    def __hash__(self) -> int:
        return hash((id(self.hub), self.pid))

    def is_running(self) -> bool:
        """Whether its thread lives, and it was begun or is begun by whoever asks and then waits."""
        if self.pid != os.getpid() or is_finalizing():  # then no green thread is switched to
            return False
        return self.is_alive() and (self.is_begun() or self.is_mine())

    def is_here(self) -> bool:
        """In the thread of a hub all may wait for it, but itself and the green threads of ours."""
        return self.is_mine() and not self.may_wait()

    def call_soon(self, work: Callable[[], object]) -> None:
        """See :meth:`Loop.call_soon`."""
        self.post(lambda: self._do(work))

    def call_later(self, delay: float, work: Callable[[], object]) -> None:
        """See :meth:`Loop.call_later`."""
        self.set_timer(delay, lambda: self._do(work))

    def _do(self, work: Callable[[], object]) -> None:
        if self.pid == os.getpid():  # a forked child has a copy of all that was to be done here
            work()

    @abstractmethod
    def is_alive(self) -> bool:
        """Whether its thread lives."""

    @abstractmethod
    def is_begun(self) -> bool:
        """Whether anybody in its thread has ever waited."""

    @abstractmethod
    def is_mine(self) -> bool:
        """Whether it is the hub of the calling thread."""

    @abstractmethod
    def may_wait(self) -> bool:
        """In its thread: whether the calling code is a green thread of the program's."""

    @abstractmethod
    def post(self, work: Callable[[], object]) -> None:
        """See :meth:`Loop.call_soon`."""

    @abstractmethod
    def set_timer(self, delay: float, work: Callable[[], object]) -> None:
        """See :meth:`Loop.call_later`."""

    @abstractmethod
    def gate(self) -> Gate:
        """What a green thread of its waits at, from wherever it is opened."""


class Hubs(ABC):
    """A library of green threads, in the words that a driver needs."""

    @abstractmethod
    def named(self, hub: Any) -> Hub:
        """The hub that the program named. Raises ``BadOption`` if it is none."""

    @abstractmethod
    def here(self) -> Hub | None:
        """The hub of the calling thread, if it has one."""

    @abstractmethod
    def make(self) -> Hub | None:
        """The hub of the calling thread, which has one from now on. None: it can have none."""

    @abstractmethod
    def spawn(self, hub: Hub, work: Callable[[], object]) -> None:
        """In a hub: have a green thread do something."""

    @abstractmethod
    def thread_id(self) -> int:
        """The calling thread, whatever the program has put in the place of :mod:`threading`."""

    @abstractmethod
    def closed_lock(self) -> Gate:
        """A lock that stops the thread, as :func:`rookery_transports.waiting.closed_lock`."""

    @abstractmethod
    def start_thread(self, work: Callable[[], object], tell: Callable[[], object]) -> None:
        """Have a thread do something, tidy up and tell. ``RuntimeError``: none can start."""
