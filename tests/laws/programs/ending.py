"""A program that ends with events queued: ``ending.py DSN TRANSPORT LAST``.

``LAST`` says where the last event comes from: the end of the program (``end``), an exit handler
that was registered after ``init`` and so runs before ours (``early``) or before it (``late``), a
daemon thread amid either (``daemon-early``, ``daemon-late``), a thread that goes on when the main
one has ended (``thread``) and may leave by ``sys.exit`` (``exiting-thread``), or a destructor while
the interpreter takes its modules apart (``finalizer``).

With ``asyncio`` the events are captured in a loop that ends before the program does.
"""

from __future__ import annotations

import asyncio
import atexit
import sys
import threading
from typing import TYPE_CHECKING

import rookery

if TYPE_CHECKING:
    from collections.abc import Callable

QUEUED = 100
INLINE = ("sync", "requests")
dsn, transport, last = sys.argv[1:]
is_time = threading.Event()
"""For the daemon thread."""


def capture_last(source: str) -> Callable[[], object]:
    """Capture the last event if it is to come from here."""
    return lambda: last == source and rookery.capture_message("the last event")


class Finalized:
    """Captures when it is destroyed."""

    def __init__(self, capture: Callable[[], object]) -> None:
        self.capture = capture

    def __del__(self) -> None:
        self.capture()


def capture_when_it_is_time() -> None:
    is_time.wait()
    rookery.capture_message("the last event")


def capture_after_the_main_thread() -> None:
    threading.main_thread().join()
    rookery.capture_message("the last event")
    if last == "exiting-thread":
        sys.exit("of the thread alone")


def let_the_daemon_capture() -> None:
    is_time.set()
    daemon.join()


def at_exit(when: str) -> None:
    """Register what captures early, or late."""
    atexit.register(capture_last(when))
    if last == f"daemon-{when}":
        atexit.register(let_the_daemon_capture)


async def capture_in_a_loop() -> None:
    capture_queued()


def capture_queued() -> None:
    for number in range(1 if transport in INLINE else QUEUED):
        rookery.capture_message(f"event {number}")


at_exit("late")
rookery.init(dsn, transport=transport, default_integrations=True)
at_exit("early")
daemon = threading.Thread(target=capture_when_it_is_time, daemon=True)
if last.startswith("daemon"):
    daemon.start()
keeps_until_the_end = Finalized(capture_last("finalizer"))
sys.modules["keeps_until_the_end"] = keeps_until_the_end  # type: ignore[assignment]  # outlives all
if transport == "asyncio":
    asyncio.run(capture_in_a_loop())
else:
    capture_queued()
if last.endswith("thread"):
    threading.Thread(target=capture_after_the_main_thread).start()
capture_last("end")()
