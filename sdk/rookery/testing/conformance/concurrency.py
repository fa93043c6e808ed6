"""More than one thing at a time: requests, callers, processes, interruptions."""

from __future__ import annotations

import sys
import threading
from typing import TYPE_CHECKING, Any

from rookery.testing.conformance.check import check

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import FrameType

    from rookery.testing.conformance.rig import Rig

MOST_POINTS = 80
"""How many points of a call are interrupted, evenly over all of its lines."""
A_WHILE = 0.2
"""Seconds in which a request that is one too many would have arrived."""
OURS = ("rookery.", "rookery_transports.")


@check("http", "queues", settings="concurrency")
def so_many_requests_are_in_flight_and_no_more(rig: Rig) -> None:
    """``concurrency`` requests are in flight at once, and no more, by no more threads and one."""
    for concurrency in (1, 3):
        rig.serve()
        before = set(threading.enumerate())
        transport = rig.build(concurrency=concurrency)
        rig.server.hold()
        rig.submit(transport, *range(8))
        for answered in range(5):
            rig.server.wait_for(concurrency + answered, rig.backend.patience)
            rig.server.release(1)
        new = [thread.name for thread in set(threading.enumerate()) - before]
        threads = [name for name in new if not name.startswith(type(rig.server).__name__)]
        assert len(threads) <= concurrency + 1, str(threads)
        rig.server.release()
        rig.settle(transport)
        busiest = rig.server.busiest
        assert busiest == concurrency, f"{busiest} in flight with concurrency={concurrency}"
        assert sorted(rig.numbers()) == list(range(8)), str(rig.numbers())


@check("http", "shares", settings="concurrency")
def callers_share_the_places(rig: Rig) -> None:
    """However many threads submit at once, ``concurrency`` requests are in flight, and no more."""
    for concurrency in (1, 3):
        rig.serve()
        transport = rig.build(concurrency=concurrency)
        rig.server.hold()
        callers = [threading.Thread(target=rig.submit, args=(transport, n)) for n in range(8)]
        for caller in callers:
            caller.start()
        rig.server.wait_for(concurrency, rig.backend.patience)
        assert not transport.flush(A_WHILE), "flush says that all is settled"
        rig.server.release()
        for caller in callers:
            caller.join(rig.backend.patience)
        rig.settle(transport)
        busiest = rig.server.busiest
        assert busiest == concurrency, f"{busiest} in flight with concurrency={concurrency}"
        assert sorted(rig.numbers()) == list(range(8)), str(rig.numbers())


@check()
def callers_may_come_from_any_thread(rig: Rig) -> None:
    """Many threads may submit and flush at once; each event arrives once."""
    transport = rig.build()

    def call(first: int) -> None:
        for number in range(first, first + 20):
            rig.submit(transport, number)
        rig.settle(transport)

    threads = [threading.Thread(target=call, args=(n * 20,)) for n in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(rig.backend.patience)
    rig.settle(transport)
    assert sorted(rig.numbers()) == list(range(100)), str(sorted(rig.numbers()))
    assert transport.stats.delivered == 100, str(transport.stats)


class Interruption:
    """Calls a function in the middle of another, as a signal handler or ``__del__`` would.

    ``at`` counts the lines of Rookery, and of the transport's own package, that are run.
    """

    def __init__(self, at: int, work: Callable[[], object], packages: tuple[str, ...]) -> None:
        self.at = at
        self.work = work
        self.packages = packages
        self.lines = 0

    def trace(self, frame: FrameType, event: str, _: Any) -> Any:
        """A trace function, see :func:`sys.settrace`."""
        if not str(frame.f_globals.get("__name__", "")).startswith(self.packages):
            return None
        if event == "line":
            self.lines += 1
            if self.lines == self.at:
                self.work()
        return self.trace

    def run(self, victim: Callable[[], object]) -> int:
        """Run ``victim`` and interrupt it; how many lines it took."""
        outer = sys.gettrace()
        sys.settrace(self.trace)
        try:
            victim()
        finally:
            sys.settrace(outer)
        return self.lines


@check()
def a_submit_may_interrupt_a_submit(rig: Rig) -> None:
    """An event may be captured and flushed at any line of a submit: no deadlock, no loss."""
    transport = rig.build()
    numbers = iter(range(10**6))

    def submit() -> None:
        rig.submit(transport, next(numbers))

    def intrude() -> None:
        submit()
        transport.flush(0.0)

    rig.in_time(lambda: interrupt_everywhere(rig, submit, intrude), "an interrupted submit")
    assert_all_arrived(rig, next(numbers))


@check()
def a_submit_may_interrupt_a_flush(rig: Rig) -> None:
    """An event may be captured and flushed at any line of a flush: no deadlock, no loss."""
    transport = rig.build()
    numbers = iter(range(10**6))

    def flush() -> None:
        rig.submit(transport, next(numbers))
        transport.flush(rig.backend.patience)

    def intrude() -> None:
        rig.submit(transport, next(numbers))
        transport.flush(0.0)

    rig.in_time(lambda: interrupt_everywhere(rig, flush, intrude), "an interrupted flush")
    assert_all_arrived(rig, next(numbers))


def interrupt_everywhere(
    rig: Rig, victim: Callable[[], object], work: Callable[[], object]
) -> bool:
    """Run ``victim`` once for each point at which it is interrupted."""
    own = rig.backend.transport_class.__module__.partition(".")[0]
    packages = (*OURS, f"{own}.")
    victim()  # the first time is the longest, because it imports
    lines = Interruption(0, work, packages).run(victim)
    for at in range(1, lines + 1, max(1, lines // MOST_POINTS)):
        Interruption(at, work, packages).run(victim)
    return True


def assert_all_arrived(rig: Rig, count: int) -> None:
    """Each of so many events arrived once."""
    (transport,) = rig.built
    rig.settle(transport)
    assert sorted(rig.numbers()) == list(range(count)), f"{count} were sent: {transport.stats}"
    assert transport.stats.delivered == count, str(transport.stats)
