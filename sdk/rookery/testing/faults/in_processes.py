"""Transports that are no good guests of their process: locks, forks, threads, sockets, marks."""

from __future__ import annotations

import os
import socket
import threading
import time
from typing import TYPE_CHECKING, Any

from rookery.testing.faults.plant import Fault, overriding
from rookery.transport.guard import delivering

if TYPE_CHECKING:
    from rookery.envelope import Envelope
    from rookery.transport.contract import Setup

LONG = 30.0
"""Seconds: longer than any check, shorter than a test run."""


def leave_guard_on(good: Any, self: Any, envelope: Envelope) -> bool:
    delivering.set(True)
    return bool(good.submit(self, envelope))


def start_thread_each(good: Any, self: Any, envelope: Envelope) -> bool:
    threading.Thread(target=time.sleep, args=(LONG,), daemon=True).start()
    return bool(good.submit(self, envelope))


def lock(self: Any) -> threading.Lock:
    """A lock that its holder cannot take twice."""
    made: threading.Lock = vars(self).setdefault("_fault", threading.Lock())
    return made


def submit_locked(good: Any, self: Any, envelope: Envelope) -> bool:
    with lock(self):
        return bool(good.submit(self, envelope))


def flush_locked(good: Any, self: Any, timeout: float) -> bool:
    with lock(self):
        return bool(good.flush(self, timeout))


def announce_locked(good: Any, self: Any, setup: Setup) -> None:
    on_drop = setup.settings.on_drop or (lambda *_: None)

    def announce(envelope: Envelope, reason: str) -> None:
        with lock(self):
            on_drop(envelope, reason)

    settings = setup.settings._replace(on_drop=announce)
    good.__init__(self, setup._replace(settings=settings))


def begin_with_pid(good: Any, self: Any, setup: Setup) -> None:
    good.__init__(self, setup)
    self.owner, self.history = os.getpid(), []


def resend_in_child(good: Any, self: Any, envelope: Envelope) -> bool:
    self.history.append(envelope)
    if self.owner != os.getpid():
        self.owner = os.getpid()
        return all(good.submit(self, each) for each in self.history)
    return bool(good.submit(self, envelope))


def hang_in_child(good: Any, self: Any, envelope: Envelope) -> bool:
    if self.owner != os.getpid():
        time.sleep(LONG)
    return bool(good.submit(self, envelope))


def keep_thread(good: Any, self: Any, setup: Setup) -> None:
    good.__init__(self, setup)
    threading.Thread(target=time.sleep, args=(LONG,), daemon=True).start()


def keep_socket(good: Any, self: Any, setup: Setup) -> None:
    good.__init__(self, setup)
    self.kept = socket.socket()


FAULTS = (
    Fault("leaves its guard on", overriding(submit=leave_guard_on), ("a_sender_is_guarded",)),
    Fault(
        "starts a thread for each event",
        overriding(submit=start_thread_each),
        ("so_many_requests_are_in_flight_and_no_more",),
    ),
    Fault(
        "takes over under a lock",
        overriding(submit=submit_locked),
        ("a_submit_may_interrupt_a_submit",),
    ),
    Fault(
        "flushes under a lock",
        overriding(submit=submit_locked, flush=flush_locked),
        ("a_submit_may_interrupt_a_flush",),
    ),
    Fault(
        "announces under its lock",
        overriding(__init__=announce_locked, submit=submit_locked),
        ("on_drop_may_use_the_transport",),
    ),
    Fault(
        "hands a child its parent's queue",
        overriding(__init__=begin_with_pid, submit=resend_in_child),
        (
            "a_fork_while_busy_is_harmless",
            "a_fork_behind_python_is_harmless",
            "a_child_has_books_of_its_own",
        ),
    ),
    Fault(
        "hangs in a child",
        overriding(__init__=begin_with_pid, submit=hang_in_child),
        ("a_child_of_an_unused_transport_can_send",),
    ),
    Fault("keeps a thread", overriding(__init__=keep_thread), ("a_close_without_use_succeeds",)),
    Fault("keeps a socket", overriding(__init__=keep_socket), ("a_close_without_use_succeeds",)),
)
