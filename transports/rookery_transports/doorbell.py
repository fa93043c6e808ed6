"""A doorbell for a hub that has no call which another thread may make.

Whoever rings leaves word first what is to be done. Ringing is one append and one write to a socket
that never blocks, so a signal handler may ring while somebody rings.
"""

from __future__ import annotations

import os
from _socket import socketpair  # this one nobody patches
from collections import deque
from contextlib import suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

A_GULP = 4096


class Doorbell:
    """``number`` is the file to watch; when it can be read, ``answer`` is to be called."""

    def __init__(self) -> None:
        self.pid = os.getpid()
        self._jobs: deque[Callable[[], object]] = deque()
        self._inside, self._outside = socketpair()
        self._inside.setblocking(False)
        self._outside.setblocking(False)
        self.number = self._inside.fileno()

    def ring(self, job: Callable[[], object]) -> None:
        """From any thread: have something done."""
        self._jobs.append(job)
        with suppress(BlockingIOError):  # so many have rung that nobody can have missed it
            self._outside.send(b"!")

    def answer(self, _: object = None) -> None:
        """Do what was left to be done until now."""
        with suppress(BlockingIOError):
            self._inside.recv(A_GULP)
        for _ in range(len(self._jobs)):
            self._jobs.popleft()()

    def remove(self) -> None:
        """Close both ends."""
        self._inside.close()
        self._outside.close()
