"""Surroundings of transports under test: a reactor of Twisted's in a thread of its own.

A reactor runs once in its life. So each of these is a new one, which is not installed: the transport
is given it by its option.
"""

from __future__ import annotations

import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from rookery.testing.conformance import FULL, Backend

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


@contextmanager
def running(reactor: Any) -> Iterator[Mapping[str, Any]]:
    """Run a reactor in a thread, stop it, and close what it leaves open."""
    started = threading.Event()
    reactor.callWhenRunning(started.set)
    thread = threading.Thread(target=reactor.run, args=(False,), name="a reactor of Twisted's")
    thread.start()
    started.wait()
    try:
        yield {"reactor": reactor}
    finally:
        reactor.callFromThread(reactor.stop)
        thread.join()
        reactor.waker.connectionLost(None)


@contextmanager
def twisted_reactor() -> Iterator[Mapping[str, Any]]:
    """A reactor that waits by itself."""
    from twisted.internet.selectreactor import SelectReactor

    with running(SelectReactor()) as options:
        yield options


@contextmanager
def twisted_on_asyncio() -> Iterator[Mapping[str, Any]]:
    """A reactor on a loop of asyncio's."""
    import asyncio

    from twisted.internet.asyncioreactor import AsyncioSelectorReactor

    loop = asyncio.new_event_loop()
    try:
        with running(AsyncioSelectorReactor(loop)) as options:
            yield options
    finally:
        loop.close()


REACHES = FULL - {"sender", "socks"}
TWISTED = Backend("twisted", REACHES, host=twisted_reactor)
TWISTED_ON_ASYNCIO = Backend("twisted", REACHES, host=twisted_on_asyncio)
