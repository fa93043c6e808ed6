"""An event loop of any kind, and whether it comes round.

A loop stands still while a call that it makes takes its time. Who waits for it feels its pulse.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from contextlib import suppress
from time import monotonic
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

STANDSTILL = 0.5
"""Seconds after which a loop that has not come round is not waited for alone."""


class Loop(ABC):
    """An event loop of any kind, in the words that a shift needs. Equal: it is the same one."""

    @abstractmethod
    def is_running(self) -> bool:
        """Whether it runs now: what is left with it is called without anybody's doing."""

    @abstractmethod
    def is_here(self) -> bool:
        """Whether it runs the calling code: who would then wait for it would wait for ever."""

    @abstractmethod
    def call_soon(self, work: Callable[[], object]) -> None:
        """Have ``work`` called in the loop's thread.

        From any thread and from a signal handler. If it does not run yet, once it does; may raise
        anything if it is gone.
        """

    def call_next(self, work: Callable[[], object]) -> None:
        """The same, from the loop's own thread, and not from a signal handler.

        To wake up a loop that sleeps takes two system calls, and one that runs need not be woken.
        """
        self.call_soon(work)

    @abstractmethod
    def call_later(self, delay: float, work: Callable[[], object]) -> None:
        """Have ``work`` called in ``delay`` seconds. From the loop's thread alone."""


class Pulse:
    """Felt by whoever waits for a loop: again and again, by a call that the loop is to make."""

    def __init__(self) -> None:
        self._loop: Loop | None = None
        self._asked_at: float | None = None

    def stops(self, loop: Loop) -> bool:
        """Whether the loop owes a call for too long."""
        if self._asked_at is None or loop is not self._loop:
            self._loop, self._asked_at = loop, monotonic()
            with suppress(Exception):  # each kind of loop has its own word for "closed"
                loop.call_soon(self._beat)
            return False
        return monotonic() - self._asked_at >= STANDSTILL

    def _beat(self) -> None:
        self._asked_at = None
