"""An asyncio loop as a shift sees it, and the tasks of ours that run there."""

from __future__ import annotations

import asyncio
import os
from contextlib import suppress
from functools import partial
from time import monotonic, sleep
from typing import TYPE_CHECKING, Any

from rookery_transports.drivers.errand import Errand
from rookery_transports.event_loop import Loop

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

LOOK_AGAIN = 0.002
"""Seconds between two looks at what may end in another thread."""
RESUMES_AFTER = 0.1
"""Seconds after the grace of cancelled tasks, in which a loop that ends is gone."""


class AsyncioLoop(Loop):
    """One loop, in the process where it was found."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self.loop = loop
        self.tasks: dict[asyncio.Task[None], Coroutine[Any, Any, None]] = {}
        self.is_ending = False
        self._pid = os.getpid()
        self._refused: Callable[[], object] | None = None

    def __eq__(self, other: object) -> bool:
        return isinstance(other, AsyncioLoop) and self.loop is other.loop

    def __hash__(self) -> int:
        return hash(self.loop)

    def is_ours(self) -> bool:
        """Whether it was found in this process: a fork copies what runs nowhere."""
        return self._pid == os.getpid()

    def is_running(self) -> bool:
        return self.is_ours() and self.loop.is_running()

    def is_here(self) -> bool:
        try:
            return asyncio.get_running_loop() is self.loop
        except RuntimeError:
            return False

    def call_soon(self, work: Callable[[], object]) -> None:
        """See :meth:`Loop.call_soon`. Raises ``RuntimeError`` if it is closed, or about to be."""
        self._take(work)
        self.loop.call_soon_threadsafe(work)

    def call_next(self, work: Callable[[], object]) -> None:
        """See :meth:`Loop.call_next`."""
        self._take(work)
        self.loop.call_soon(work)

    def _take(self, work: Callable[[], object]) -> None:
        if self.is_ending:
            self._refused = work
            raise RuntimeError("the loop ends")

    def call_later(self, delay: float, work: Callable[[], object]) -> None:
        self.loop.call_later(delay, work)

    def start(self, coroutine: Coroutine[Any, Any, None], grace: float) -> None:
        """Have a coroutine run, which has ``grace`` seconds left once its task is cancelled."""
        task = Errand(coroutine, self.loop, grace, partial(self.end, grace))
        self.tasks[task] = coroutine
        task.add_done_callback(self._drop)

    def _drop(self, task: asyncio.Task[None]) -> None:
        self.tasks.pop(task, None)
        if not task.cancelled():
            task.exception()  # nobody else asks, and asyncio would log so

    def end(self, grace: float) -> None:
        """Take nothing more, unless the loop is still there when all that has begun is over."""
        if not self.is_ending:
            self.is_ending = True
            self.loop.call_later(grace + RESUMES_AFTER, self._resume)

    def _resume(self) -> None:
        work, self._refused = self._refused, None
        self.is_ending = False
        if work is not None:
            self.loop.call_soon(work)

    def await_parted(self, deadline: float) -> None:
        """Wait, in another thread, until nothing of ours runs there."""
        while self.tasks and self.is_running() and monotonic() < deadline:
            sleep(LOOK_AGAIN)

    def break_off(self) -> None:
        """Once it has stopped: end what runs there, from outside."""
        self.is_ending = True
        for coroutine in list(self.tasks.values()):
            with suppress(Exception):  # httpcore cleans up by means of the loop, which is gone
                coroutine.close()
        self.tasks.clear()
