"""A program with green threads: ``green.py LIBRARY PATCHED SCENE DSN``.

``PATCHED`` says when the library takes the place of the standard library's modules: ``never``,
``early``, before Rookery is imported, or ``late``, after ``init``.
"""

from __future__ import annotations

import os
import signal
import sys
import warnings
from typing import TYPE_CHECKING, Any

warnings.simplefilter("ignore")  # eventlet asks for its own retirement, and fears forks

if TYPE_CHECKING:
    from collections.abc import Callable

library, patched, scene, dsn = sys.argv[1:]
LONG = 30.0


class Green:
    """A library in words of our own."""

    def __init__(self, name: str) -> None:
        self.module: Any = __import__(name)
        self.sleep: Any = self.module.sleep
        self.spawn: Any = self.module.spawn

    def patch(self) -> None:
        if library == "gevent":
            __import__("gevent.monkey").monkey.patch_all()
        else:
            self.module.monkey_patch()

    def native(self, name: str) -> Any:
        """What ``_thread`` had before anybody patched it."""
        if library == "gevent":
            return __import__("gevent.monkey").monkey.get_original("_thread", name)
        return getattr(self.module.patcher.original("_thread"), name)

    def wait_for(self, condition: Callable[[], object]) -> None:
        while not condition():
            self.sleep(0.002)


green = Green(library)
if patched == "early":
    green.patch()

import rookery  # noqa: E402

rookery.init(dsn, transport=library)
if patched == "late":
    green.patch()


def say(*words: object) -> None:
    os.write(1, (" ".join(map(str, words)) + "\n").encode())


def in_native_thread(work: Callable[[], object]) -> list[object]:
    """Begin something in a thread that no library knows of; its result is put into the list."""
    results: list[object] = []
    green.native("start_new_thread")(lambda: results.append(work()), ())
    return results


def everywhere() -> None:
    """Captured before there is a hub, in green threads, in a native thread, and at the end."""
    rookery.capture_message("before the hub")
    for number in range(5):
        green.spawn(rookery.capture_message, f"green {number}")
    captured = in_native_thread(lambda: rookery.capture_message("native"))
    green.wait_for(lambda: captured)
    rookery.capture_message("at the end")


def flush_in_green() -> None:
    """While one green thread flushes, another one runs; the test lets the server answer then."""
    results: list[bool] = []

    def flush() -> None:
        rookery.capture_message("flushed")
        results.append(rookery.flush(LONG))

    green.spawn(flush)
    for _ in range(50):
        green.sleep(0.001)
    say("others run", bool(results))
    green.wait_for(lambda: results)
    say("flushed", results[0])


def flush_in_native() -> None:
    """A native thread flushes what the hub of the main thread sends."""
    rookery.capture_message("flushed")
    results = in_native_thread(lambda: rookery.flush(LONG))
    green.wait_for(lambda: results)
    say("flushed", results[0])


def flush_without_hub() -> None:
    """A native thread flushes while the main thread lets no hub run."""
    rookery.capture_message("flushed")
    lock = green.native("allocate_lock")()
    lock.acquire()

    def flush() -> None:
        say("flushed", rookery.flush(LONG))
        lock.release()

    in_native_thread(flush)
    lock.acquire()


def handler_in_hub() -> None:
    """A signal comes while the hub is all that runs; its handler captures and flushes."""
    flushed: list[bool] = []

    def handle(*_: object) -> None:
        rookery.capture_message("in a handler")
        flushed.append(rookery.flush(LONG))

    signal.signal(signal.SIGALRM, handle)
    signal.setitimer(signal.ITIMER_REAL, 0.1)
    green.wait_for(lambda: flushed)
    say("flushed", flushed[0])


def hub_that_ends() -> None:
    """The thread that had a hub ends; what is captured later is sent by another."""

    def live() -> bool:
        rookery.capture_message("by the first hub")
        green.sleep(0.01)
        return rookery.flush(LONG)

    first = in_native_thread(live)
    green.wait_for(lambda: first)
    rookery.capture_message("by the second hub")
    say("flushed", first[0], rookery.flush(LONG))


def fork() -> None:
    """A child of a busy parent; the test lets the server answer once the child has ended."""
    for number in range(5):
        rookery.capture_message(f"parent {number}")
    green.sleep(0.1)  # the first is on its way
    pid = os.fork()
    if not pid:
        rookery.capture_message("child")
        os._exit(0 if rookery.flush(LONG) else 1)
    _, status = os.waitpid(pid, 0)
    say("child", os.waitstatus_to_exitcode(status))
    say("flushed", rookery.flush(LONG))


SCENES = [
    everywhere,
    flush_in_green,
    flush_in_native,
    flush_without_hub,
    handler_in_hub,
    hub_that_ends,
    fork,
]

if __name__ == "__main__":
    next(each for each in SCENES if each.__name__ == scene)()
    say("over")
