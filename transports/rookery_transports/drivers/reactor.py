"""Twisted's reactor as a shift sees it: whichever it is, whenever it starts.

Rule: a reactor works in the process in which it was seen to run; in a forked child it is a copy that
      nobody runs.
"""

from __future__ import annotations

import os
import threading
from _thread import get_ident
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

from rookery_transports.event_loop import Loop

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

RUN_BY: WeakKeyDictionary[Any, int] = WeakKeyDictionary()
"""The process in which each reactor was first seen to run."""
NOBODY = 0


def find_process() -> int:
    """This process, if the reactor's thread is in it: a fork copies no threads.

    Asked of a plain mapping. ``threading.enumerate`` takes a lock that an interrupted thread may
    hold, and ``sys._current_frames`` one that a garbage collection under it would wait for.
    """
    from twisted.python import threadable

    threads: Mapping[int, object] = threading._active  # type: ignore[attr-defined]  # noqa: SLF001 - see above
    return os.getpid() if threadable.ioThread in threads else NOBODY


class Reactor(Loop):
    """Twisted's event loop."""

    def __init__(self, reactor: Any) -> None:
        self.reactor = reactor
        self.is_running()  # takes note of the process

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Reactor) and self.reactor is other.reactor

    __hash__ = None  # type: ignore[assignment]  # nobody puts loops into a set

    def is_running(self) -> bool:
        """See :meth:`Loop.is_running`."""
        return bool(self.reactor.running) and self._process() == os.getpid()

    def _process(self) -> int:
        pid = RUN_BY.get(self.reactor)
        return RUN_BY.setdefault(self.reactor, find_process()) if pid is None else pid

    def is_here(self) -> bool:
        """See :meth:`Loop.is_here`."""
        from twisted.python import threadable

        return bool(threadable.ioThread == get_ident())

    def call_soon(self, work: Callable[[], object]) -> None:
        """See :meth:`Loop.call_soon`."""
        self.reactor.callFromThread(self._call, os.getpid(), work)

    def call_next(self, work: Callable[[], object]) -> None:
        """See :meth:`Loop.call_next`."""
        self.reactor.callLater(0, work)

    def _call(self, pid: int, work: Callable[[], object]) -> None:
        self._process()  # it runs here, if only now
        if pid == os.getpid():  # a forked child may be the first to run it
            work()

    def call_later(self, delay: float, work: Callable[[], object]) -> None:
        """See :meth:`Loop.call_later`."""
        self.reactor.callLater(delay, work)
