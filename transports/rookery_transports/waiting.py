"""Waiting with a deadline: for envelopes to be settled, and for the program to end."""

from __future__ import annotations

import threading
from time import monotonic
from typing import TYPE_CHECKING, Protocol

from rookery_transports.threads import allocate_lock

if TYPE_CHECKING:
    from collections.abc import Callable

    from rookery.delivery.machine import Delivery

LONGEST_WAIT = threading.TIMEOUT_MAX
NEVER = float("inf")
LOOK_AGAIN = 0.05
"""Seconds after which a desk is looked at again that another thread has."""


class Gate(Protocol):
    """What somebody waits at: a lock that is closed, or what a green thread has for one."""

    def acquire(self, blocking: bool = ..., timeout: float = ...) -> bool:
        """Wait until it is open, for no longer than ``timeout`` seconds; whether it is."""

    def release(self) -> None:
        """Open it, from any thread."""


def closed_lock() -> Gate:
    """A gate for a thread. Nobody else has it, so a signal handler may wait for it."""
    lock = allocate_lock()
    lock.acquire()
    return lock


class Waiter:
    """Somebody who waits until all up to a mark is settled, and its losses are reported.

    A thread waits at the gate; a task of an event loop is told by ``on_over``, in whatever thread.
    """

    __slots__ = ("_gate", "_on_over", "has_left", "is_settled", "mark")

    def __init__(
        self, on_over: Callable[[], object] | None = None, gate: Gate | None = None
    ) -> None:
        self._on_over = on_over
        self._gate = closed_lock() if gate is None else gate
        self.mark = 0
        self.is_settled = False
        self.has_left = False

    def wait(self, timeout: float) -> bool:
        """Wait up to ``timeout`` seconds; whether there is nothing more to wait for."""
        is_over = self._gate.acquire(timeout=min(max(timeout, 0.0), LONGEST_WAIT))
        if is_over:
            self._gate.release()
        return is_over

    def leave(self) -> bool:
        """Wait no more; whether all is settled."""
        self.has_left = True
        return self.is_settled

    def is_over(self, delivery: Delivery, now: float) -> bool:
        """Whether the waiting has an end; if so, the waiter is let go."""
        self.is_settled = self.is_settled or delivery.is_settled(self.mark)
        if self.is_settled and not delivery.is_reporting(now):
            self._gate.release()
            if self._on_over is not None:
                self._on_over()
            return True
        return self.has_left


class ExitClock:
    """One deadline over everything that happens once the program ends.

    It begins when somebody first asks after the main thread has ended: then the interpreter is at
    its exit handlers, or beyond them. A program may end with its loop, though, which has waited for
    what was under way: what that took is gone.
    """

    __slots__ = ("_ends_at", "_shutdown_timeout", "_spent", "_spent_at")

    def __init__(self, shutdown_timeout: float) -> None:
        self._shutdown_timeout = shutdown_timeout
        self._ends_at: float | None = None
        self._spent = 0.0
        self._spent_at = monotonic()

    def spend(self, seconds: float) -> None:
        """A loop ends now, and has waited so long; an exit that follows soon has that less."""
        self._spent, self._spent_at = min(seconds, self._shutdown_timeout), monotonic()

    def limit(self, deadline: float) -> float:
        """The earlier of a deadline and that of the exit, if the program is ending."""
        if self._ends_at is None:
            if threading.main_thread().is_alive():
                return deadline
            self._ends_at = monotonic() + self._left()
        return min(deadline, self._ends_at)

    def _left(self) -> float:
        """Long after a loop, the program ends for another reason, and has all its time."""
        is_same_end = monotonic() - self._spent_at <= self._shutdown_timeout
        return self._shutdown_timeout - (self._spent if is_same_end else 0.0)
