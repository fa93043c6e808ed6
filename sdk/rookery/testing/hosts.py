"""Surroundings of transports under test: a thread in which somebody's loop runs."""

from __future__ import annotations

import threading
import warnings
from contextlib import contextmanager
from queue import SimpleQueue
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    Living = Callable[["SimpleQueue[Any]"], object]
    """Begins a loop, puts how to name it and how to end it, and runs it to its end."""

SOON = 0.005
"""Seconds between two looks whether it is over, for a loop that cannot be told."""


@contextmanager
def thread_of(name: str, live: Living) -> Iterator[Mapping[str, Any]]:
    """A thread with a loop; every transport is told of it by the options that ``live`` gives."""
    begun: SimpleQueue[Any] = SimpleQueue()
    thread = threading.Thread(target=live, args=(begun,), name=name)
    thread.start()
    options, end = begun.get()
    try:
        yield options
    finally:
        end()
        thread.join()


def gevent_hub() -> Any:
    """A hub of gevent's in a thread of its own."""
    return thread_of("a hub of gevent's", live_with_gevent)


def live_with_gevent(begun: SimpleQueue[Any]) -> None:
    """Run a hub until it is told to end."""
    import gevent

    hub = gevent.get_hub()
    over = hub.loop.async_()
    begun.put(({"hub": hub}, over.send))
    hub.wait(over)
    hub.destroy()


def eventlet_hub() -> Any:
    """A hub of eventlet's in a thread of its own."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it is deprecated
        import eventlet  # type: ignore[import-untyped]  # noqa: F401 - it ships no types; a thread that is the first to import it cannot be joined

    return thread_of("a hub of eventlet's", live_with_eventlet)


def live_with_eventlet(begun: SimpleQueue[Any]) -> None:
    """Run a hub until it is told to end."""
    import eventlet

    ends: list[bool] = []
    begun.put(({"hub": eventlet.hubs.get_hub()}, lambda: ends.append(True)))
    while not ends:
        eventlet.sleep(SOON)
