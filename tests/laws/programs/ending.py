"""A program that ends with events queued: ``ending.py DSN TRANSPORT LAST``.

``LAST`` says where the last event comes from: the end of the program (``end``), an exit handler
that was registered after ``init`` and so runs before ours (``early``) or before it (``late``), or
a destructor while the interpreter takes its modules apart (``finalizer``).
"""

from __future__ import annotations

import atexit
import sys
from typing import TYPE_CHECKING

import rookery

if TYPE_CHECKING:
    from collections.abc import Callable

QUEUED = 100
dsn, transport, last = sys.argv[1:]


def capture_last(source: str) -> Callable[[], object]:
    """Capture the last event if it is to come from here."""
    return lambda: last == source and rookery.capture_message("the last event")


class Finalized:
    """Captures when it is destroyed."""

    def __init__(self, capture: Callable[[], object]) -> None:
        self.capture = capture

    def __del__(self) -> None:
        self.capture()


atexit.register(capture_last("late"))
rookery.init(dsn, transport=transport, default_integrations=True)
atexit.register(capture_last("early"))
keeps_until_the_end = Finalized(capture_last("finalizer"))
sys.modules["keeps_until_the_end"] = keeps_until_the_end  # type: ignore[assignment]  # outlives all
for number in range(1 if transport == "sync" else QUEUED):
    rookery.capture_message(f"event {number}")
capture_last("end")()
