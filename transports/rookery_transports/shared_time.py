"""One deadline over several who are waited for in turn."""

from __future__ import annotations

from time import monotonic
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


def shares(deadline: float, count: int) -> Iterator[float]:
    """Of the time that is left whenever one is asked for, an equal part for each that is to come."""
    for to_come in range(count, 0, -1):
        yield left(deadline) / to_come


def left(deadline: float) -> float:
    """Seconds."""
    return max(0.0, deadline - monotonic())
