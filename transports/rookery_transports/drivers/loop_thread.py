"""An asyncio loop in a thread of ours."""

from __future__ import annotations

import asyncio
import threading
from sys import is_finalizing

from rookery.transport.guard import delivering, unheard
from rookery_transports.drivers.asyncio_loop import AsyncioLoop

LOOK_AGAIN = 0.002
"""Seconds between two looks at whether the last task has ended."""


class OwnLoop(AsyncioLoop):
    """A loop and its thread, which counts as running from the moment it is made.

    So nobody takes its place, or sends by other means, while its thread starts.
    """

    def __init__(self) -> None:
        super().__init__(unheard(asyncio.new_event_loop))
        self.thread = threading.Thread(target=self._live, name="rookery-loop", daemon=True)
        self._has_ended = False

    def launch(self) -> bool:
        """Start the thread; False where none can start."""
        try:
            self.thread.start()
        except RuntimeError:  # out of threads, or the interpreter is on its way out
            self._has_ended = True
            self.loop.close()
        return not self._has_ended

    def _live(self) -> None:
        delivering.set(True)
        try:
            self.loop.run_forever()
        finally:
            self._has_ended = True
            self.loop.close()

    def is_running(self) -> bool:
        """At the very end of a program threads are alive, but never run again."""
        return self.is_ours() and not self._has_ended and not is_finalizing()

    def stop_when_idle(self) -> None:
        """End, once nothing of ours runs any more. In the loop."""
        if self.tasks:
            self.loop.call_later(LOOK_AGAIN, self.stop_when_idle)
        else:
            self.loop.stop()
