"""What is pending when the program ends: sent within ``shutdown_timeout``, all in all.

The client is not closed. Exit handlers that were registered before ours, and ``__del__``, run
later; what they capture is sent within the rest of the same time.
"""

from __future__ import annotations

import atexit
import os
import sys
import time
from typing import TYPE_CHECKING

from rookery.client import living
from rookery.integrations import Integration

if TYPE_CHECKING:
    from collections.abc import Callable

ABORT = "Ctrl-Break" if os.name == "nt" else "Ctrl-C"


def say_what_is_pending(pending: int, timeout: float) -> None:
    """Tell the person at the terminal why the program does not end."""
    if sys.stderr is not None:
        sys.stderr.write(
            f"rookery is sending what is pending ({pending});"
            f" waiting up to {timeout:.2g} seconds. Press {ABORT} to quit\n"
        )
        sys.stderr.flush()


class AtexitIntegration(Integration):
    """Waits for delivery at exit; ``callback(pending, timeout)`` is told if that takes a moment."""

    identifier = "atexit"

    def __init__(self, callback: Callable[[int, float], object] = say_what_is_pending) -> None:
        self.callback = callback

    @staticmethod
    def setup_once() -> None:
        """Register with :mod:`atexit`."""
        atexit.register(_drain)


def _drain() -> None:
    """Not of the current client alone: one that was replaced may still have events to send."""
    began = time.monotonic()
    for client in list(living):
        integration = client.get_integration(AtexitIntegration)
        if isinstance(integration, AtexitIntegration) and client.is_active():
            client.drain_at_exit(began, integration.callback)
