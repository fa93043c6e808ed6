"""A program that uses Twisted: ``reacting.py DSN WHAT``. Prints what it is asked to find out."""

from __future__ import annotations

import atexit
import logging
import os
import sys
import threading
from time import monotonic
from typing import TYPE_CHECKING, Any

import rookery
from rookery.integrations.logging import LoggingIntegration

if TYPE_CHECKING:
    from collections.abc import Callable

SHUTDOWN_TIMEOUT = 1.0


def stats() -> Any:
    """The books."""
    transport = rookery.get_client().transport
    assert transport is not None
    return transport.stats


def shown(event: Any, _: Any) -> Any:
    """Prints what is captured."""
    print(event["logentry"]["formatted"])
    return event


def run(work: Callable[[Any], object]) -> None:
    """Run the default reactor, and ``work`` once it runs."""
    from twisted.internet import reactor

    running: Any = reactor
    running.callWhenRunning(work, running)
    running.run()


def chooses_later() -> None:
    """The reactor is chosen after ``init`` and after an event."""
    rookery.capture_message("before")
    assert "twisted.internet.reactor" not in sys.modules, "a reactor was installed"
    from twisted.internet import asyncioreactor

    asyncioreactor.install()
    run(stops_with_an_event)
    print(type(sys.modules["twisted.internet.reactor"]).__name__)


def stops_with_an_event(reactor: Any) -> None:
    rookery.capture_message("the last")
    reactor.stop()


def captures_before_there_is_a_reactor() -> None:
    """The only event comes first; then a reactor is installed, and runs until it is told to stop."""
    rookery.capture_message("early")
    assert "twisted.internet.reactor" not in sys.modules, "a reactor was installed"

    def listen(reactor: Any) -> None:
        sys.stdin.read()
        reactor.callFromThread(reactor.stop)

    run(lambda reactor: reactor.callInThread(listen, reactor))
    import twisted.internet

    print(type(twisted.internet).__name__)


def stop_when(reactor: Any, is_so: Callable[[], object], looks: int = 1000) -> None:
    """Stop the reactor as soon as a condition holds, or if it never does."""
    if is_so() or not looks:
        reactor.stop()
    else:
        reactor.callLater(0.01, stop_when, reactor, is_so, looks - 1)


def never_runs() -> None:
    """A reactor is there, and never runs."""
    from twisted.internet import reactor  # noqa: F401 - as a library would

    rookery.capture_message("to nobody")


def flushes_in_a_coroutine() -> None:
    """``flush_async`` in a coroutine of Twisted's lets the reactor go on."""
    from twisted.internet.defer import Deferred

    async def work(reactor: Any) -> None:
        turns: list[int] = []
        reactor.callLater(0, turns.append, 1)
        rookery.capture_message("flushed")
        print(await rookery.flush_async(10), turns, stats().delivered)
        reactor.stop()

    run(lambda reactor: Deferred.fromCoroutine(work(reactor)))


def closes_in_a_coroutine() -> None:
    """``close_async`` likewise."""
    from twisted.internet.defer import Deferred

    async def work(reactor: Any) -> None:
        transport: Any = rookery.get_client().transport
        rookery.capture_message("closed")
        print(await rookery.close_async(10), transport.stats.delivered)
        reactor.stop()

    run(lambda reactor: Deferred.fromCoroutine(work(reactor)))


def flushes_in_the_reactor() -> None:
    """``flush`` where the reactor runs the code sends there and then."""

    def work(reactor: Any) -> None:
        rookery.capture_message("at once")
        print(rookery.flush(10), stats().delivered)
        reactor.stop()

    run(work)


def captures_in_threads() -> None:
    """Events come from the reactor's own pool, and are waited for there."""

    def work(reactor: Any) -> None:
        def capture() -> None:
            for number in range(5):
                rookery.capture_message(f"thread {number}")
            print(rookery.flush(10), stats().delivered)
            reactor.callFromThread(reactor.stop)

        reactor.callInThread(capture)

    run(work)


def notes_what_is_imported() -> None:
    """An import stops the reactor for as long as it takes."""
    from twisted.internet.defer import Deferred

    async def work(reactor: Any) -> None:
        rookery.capture_message("it loads what makes an event")
        before = set(sys.modules)
        is_flushed = await rookery.flush_async(10)
        loaded = set(sys.modules) - before
        print(is_flushed, [name for name in sorted(loaded) if not name.startswith("encodings.")])
        reactor.stop()

    run(lambda reactor: Deferred.fromCoroutine(work(reactor)))


def forks() -> None:
    """A child is forked from the thread of the running reactor."""

    def work(reactor: Any) -> None:
        rookery.capture_message("parent")
        if os.fork() == 0:
            rookery.capture_message("child")
            os._exit(0 if rookery.flush(10) else 1)
        _, status = os.wait()
        print(os.waitstatus_to_exitcode(status))
        reactor.stop()

    run(work)


def forks_before_the_reactor_runs() -> None:
    """What the parent left for the reactor is in the child's copy of it, too."""
    from twisted.internet import selectreactor

    selectreactor.install()
    rookery.capture_message("parent")
    child = os.fork()
    if not child:
        rookery.capture_message("child")
    run(flushes_and_stops)
    if not child:
        os._exit(0)
    _, status = os.waitpid(child, 0)
    print(os.waitstatus_to_exitcode(status))


def flushes_and_stops(reactor: Any) -> None:
    """All that is left for the reactor is done before it stops."""
    from twisted.internet.defer import Deferred

    async def work() -> None:
        await rookery.flush_async(10)
        reactor.stop()

    Deferred.fromCoroutine(work())


def ends_with_a_server_that_is_silent() -> None:
    """Says whether the exit has time left, after the reactor took all of it."""

    def tell() -> None:
        transport: Any = rookery.get_client().transport
        print(transport.desk.deadline(60.0) - monotonic() < SHUTDOWN_TIMEOUT / 2)

    atexit.register(tell)  # called before what was registered by init
    rookery.capture_message("the last")
    run(lambda reactor: stop_when(reactor, lambda: stats().attempts))


def logs_everything() -> None:
    """What Twisted logs goes to ``logging``, which is watched from DEBUG upwards."""
    from twisted.python.log import PythonLoggingObserver

    logging.getLogger().setLevel(logging.DEBUG)
    observer: Any = PythonLoggingObserver()
    observer.start()

    def work(reactor: Any) -> None:
        rookery.capture_message("the only one")
        reactor.callLater(0.5, reactor.stop)

    run(work)


def runs_in_a_thread() -> None:
    """The reactor runs in a thread, and the main thread captures, flushes and ends."""
    from twisted.internet import reactor

    running: Any = reactor
    started = threading.Event()
    running.callWhenRunning(started.set)
    thread = threading.Thread(target=running.run, args=(False,), daemon=True)
    thread.start()
    started.wait()
    rookery.capture_message("from outside")
    print(rookery.flush(10), stats().delivered)
    rookery.capture_message("at the end")


def main(dsn: str, what: str) -> None:
    options: dict[str, Any] = {"transport": "twisted", "retries": False}
    options["shutdown_timeout"] = SHUTDOWN_TIMEOUT
    if what == "logs_everything":
        options["before_send"] = shown
        options["integrations"] = [LoggingIntegration(event_level=logging.DEBUG)]
    rookery.init(dsn, **options)
    globals()[what]()


if __name__ == "__main__":
    main(*sys.argv[1:])
