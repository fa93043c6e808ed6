"""Which calls an event tells of: those of a traceback, of a running stack, or of both.

Rule 1: line numbers are the traceback's own, for its frames may have moved on.
Rule 2: of very many calls the outermost and the innermost are kept. The walk itself is quick; what
        costs is telling a frame, so the choice is made before.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, TypeVar

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import FrameType, TracebackType

T = TypeVar("T")

MAX_FRAMES = 250
"""The server keeps as many (protocol: trimming)."""
OUTERMOST = 50


class Call(NamedTuple):
    """A frame, and how far it had come."""

    frame: FrameType
    lineno: int | None
    instruction: int
    """Offset of the last instruction in the code, in bytes."""


class Calls(NamedTuple):
    """Calls worth telling, outermost first, and how many there were."""

    kept: list[Call]
    total: int


def raised(traceback: TracebackType | None) -> Calls:
    """From where the exception was caught to where it was raised."""
    every = list(_tracebacks(traceback))
    kept = [Call(at.tb_frame, at.tb_lineno, at.tb_lasti) for at in shortened(every)]
    return Calls(kept, len(every))


def running(frame: FrameType | None) -> Calls:
    """From the outermost call to this frame."""
    every = list(_callers(frame))
    every.reverse()
    return Calls([_now(at) for at in shortened(every)], len(every))


def raised_and_running(traceback: TracebackType | None, frame: FrameType | None) -> Calls:
    """From the outermost call to where the exception was raised.

    ``frame`` is who captures. An exception that was caught in a call that has returned since has
    no callers of its own any more: it gets those of the capture.
    """
    inner = raised(traceback)
    stack = list(_callers(frame))
    catcher = inner.kept[0].frame if inner.kept else None
    at = next((place + 1 for place, caller in enumerate(stack) if caller is catcher), 0)
    callers = stack[at:]
    outer = [_now(caller) for caller in callers[:MAX_FRAMES]]
    return Calls(shortened([*reversed(outer), *inner.kept]), len(callers) + inner.total)


def shortened(every: list[T]) -> list[T]:
    """The outermost and the innermost of very many."""
    if len(every) <= MAX_FRAMES:
        return every
    return [*every[:OUTERMOST], *every[OUTERMOST - MAX_FRAMES :]]


def _tracebacks(traceback: TracebackType | None) -> Iterator[TracebackType]:
    while traceback is not None:
        yield traceback
        traceback = traceback.tb_next


def _callers(frame: FrameType | None) -> Iterator[FrameType]:
    while frame is not None:
        yield frame
        frame = frame.f_back


def _now(frame: FrameType) -> Call:
    return Call(frame, frame.f_lineno, frame.f_lasti)
