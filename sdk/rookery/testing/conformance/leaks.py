"""What a transport must not leave behind: threads, open sockets, errors that nobody sees."""

from __future__ import annotations

import gc
import sys
import threading
import warnings
from contextlib import contextmanager
from time import monotonic
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def watching() -> Iterator[list[str]]:
    """Collects what goes wrong out of sight: in threads, in ``__del__``, by unclosed sockets."""
    seen: list[str] = []
    hooks = threading.excepthook, sys.unraisablehook
    threading.excepthook = lambda hint: seen.append(f"a thread died of {hint.exc_value!r}")
    sys.unraisablehook = lambda hint: seen.append(f"nobody could catch {hint.exc_value!r}")
    try:
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always", ResourceWarning)
            gc.freeze()  # what was there before is not looked through, nor charged to this check
            yield seen
            gc.collect()
            seen += [f"left open: {each.message}" for each in caught]
    finally:
        gc.unfreeze()
        threading.excepthook, sys.unraisablehook = hooks


def left_over(before: set[threading.Thread], patience: float) -> list[str]:
    """The names of the threads that were not there before and do not end in time."""
    deadline = monotonic() + patience
    for thread in set(threading.enumerate()) - before:
        thread.join(max(0.0, deadline - monotonic()))
    return sorted(thread.name for thread in set(threading.enumerate()) - before)
