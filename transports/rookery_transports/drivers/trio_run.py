"""A run of trio's as a shift sees it."""

from __future__ import annotations

import os
from contextlib import suppress
from contextvars import copy_context
from functools import partial
from time import monotonic, sleep
from typing import TYPE_CHECKING, Any

from rookery_transports.drivers.trio_errand import see_through
from rookery_transports.event_loop import Loop
from rookery_transports.library import Library

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

    import trio
else:
    trio = Library("trio")


LOOK_AGAIN = 0.002
"""Seconds between two looks at what may end in another thread."""


class TrioRun(Loop):
    """One ``trio.run``, in the process where it was found; requests are tasks of the nursery, if any."""

    def __init__(self, token: trio.lowlevel.TrioToken, nursery: trio.Nursery | None = None) -> None:
        self.token = token
        self._nursery = nursery
        self.under_way = 0
        self.is_ending = False
        self._pid = os.getpid()

    def __eq__(self, other: object) -> bool:
        return isinstance(other, TrioRun) and self.token is other.token

    def __hash__(self) -> int:
        return hash(self.token)

    def is_running(self) -> bool:
        """Only by asking it for something does one learn that a run is over."""
        if self._pid != os.getpid():
            return False
        try:
            self.token.run_sync_soon(nothing, idempotent=True)
        except trio.RunFinishedError:
            return False
        return True

    def is_here(self) -> bool:
        """See :meth:`Loop.is_here`."""
        try:
            return trio.lowlevel.current_trio_token() is self.token
        except RuntimeError:
            return False

    def call_soon(self, work: Callable[[], object]) -> None:
        """See :meth:`Loop.call_soon`. Raises ``RuntimeError`` if it is over, or about to be."""
        if self.is_ending:
            raise RuntimeError("the run ends")
        self.token.run_sync_soon(work)

    def call_later(self, delay: float, work: Callable[[], object]) -> None:
        """See :meth:`Loop.call_later`."""

        async def wait() -> None:
            await trio.sleep(delay)
            work()

        with suppress(RuntimeError):  # the run is over but for its last steps
            trio.lowlevel.spawn_system_task(wait, name="rookery", context=copy_context())

    def await_parted(self, deadline: float) -> None:
        """Wait, in another thread, until nothing of ours runs there."""
        while self.under_way and self.is_running() and monotonic() < deadline:
            sleep(LOOK_AGAIN)

    def start(self, coroutine: Coroutine[Any, Any, None], grace: float) -> None:
        """Have a coroutine run, which has ``grace`` seconds left once the run ends.

        Raises ``RuntimeError`` if the run takes no task any more. A system task has a context of
        trio's own by default, without the mark that the calling one bears.
        """
        nursery = self._nursery
        on_end = self.end if nursery is None else self.leave_nursery
        run = partial(see_through, coroutine, grace, on_end, self._over)
        try:
            if nursery is None:
                trio.lowlevel.spawn_system_task(run, name="rookery", context=copy_context())
            else:
                nursery.start_soon(run, name="rookery")
        except RuntimeError:
            if nursery is not None:  # it takes no task any more
                self.leave_nursery()
                return self.start(coroutine, grace)
            coroutine.close()
            raise
        self.under_way += 1
        return None

    def _over(self) -> None:
        self.under_way -= 1

    def leave_nursery(self) -> None:
        """Leave the rest to the run, which outlives its nurseries."""
        self._nursery = None

    def end(self) -> None:
        """Begin nothing more here."""
        self.is_ending = True


def nothing() -> None:
    """Only to be called."""
