"""What is pending when the program ends: sent within ``shutdown_timeout``, all in all.

The client is not closed. Exit handlers that were registered before ours, and ``__del__``, run
later; what they capture is sent within the rest of the same time.

A process that :mod:`multiprocessing` has forked ends through ``os._exit``, past all exit handlers.
It has finalizers of its own kind, and ours is the last of them.
"""

from __future__ import annotations

import atexit
import os
import sys
import time
from typing import TYPE_CHECKING

from rookery.client import living
from rookery.integrations import Integration
from rookery.integrations.imports import when_imported

if TYPE_CHECKING:
    from collections.abc import Callable

ABORT = "Ctrl-Break" if os.name == "nt" else "Ctrl-C"
MULTIPROCESSING = "multiprocessing.util"
LAST = -1000
"""The priority of our finalizer there: it runs when the program's have captured what they will."""


def say_what_is_pending(pending: int, timeout: float) -> None:
    """Tell the person at the terminal why the program does not end."""
    if sys.stderr is not None:
        sys.stderr.write(
            f"rookery is sending what is pending ({pending});"
            f" waiting up to {timeout:.2g} seconds. Press {ABORT} to quit\n"
        )
        sys.stderr.flush()


default_callback = say_what_is_pending
"""The name that sentry-sdk has for it."""


class AtexitIntegration(Integration):
    """Waits for delivery at exit; ``callback(pending, timeout)`` is told if that takes a moment."""

    identifier = "atexit"

    def __init__(self, callback: Callable[[int, float], object] | None = None) -> None:
        self.callback = callback or say_what_is_pending

    @staticmethod
    def setup_once() -> None:
        """Register with :mod:`atexit`, and with :mod:`multiprocessing` once it is there."""
        atexit.register(_drain)
        when_imported(MULTIPROCESSING, _watch_children)


def _watch_children() -> None:
    """Each child, whatever its start method, forgets all finalizers and then calls this."""
    sys.modules[MULTIPROCESSING].register_after_fork(_drain, _finish_child)


def _finish_child(drain: Callable[[], None]) -> None:
    sys.modules[MULTIPROCESSING].Finalize(None, drain, exitpriority=LAST)


def _drain() -> None:
    """Not of the current client alone: one that was replaced may still have events to send."""
    began = time.monotonic()
    for client in list(living):
        integration = client.get_integration(AtexitIntegration)
        if isinstance(integration, AtexitIntegration) and client.is_active():
            client.drain_at_exit(began, integration.callback)
