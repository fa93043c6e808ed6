"""Whether a loop in another thread comes round, or stands still in a call that takes its time."""

from __future__ import annotations

from contextlib import suppress
from time import monotonic
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rookery_transports.shift import Loop

STANDSTILL = 0.5
"""Seconds after which a loop that has not come round is not waited for alone."""


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
