"""A program that is interrupted all the time: ``interrupted.py DSN TRANSPORT BY ROUNDS``.

``BY`` is ``signal``, ``finalizer`` or ``gc``: each captures and flushes in the midst of whatever
the program does, which is to capture and to flush. Ends well if every event is accounted for, of a
tee in the books of each target.
"""

from __future__ import annotations

import gc
import signal
import sys

import rookery

dsn, transport, by, rounds = *sys.argv[1:4], int(sys.argv[4])


class Interruption:
    """Captures, and flushes now and then."""

    def __init__(self) -> None:
        self.done = 0
        self._is_inside = False

    def __call__(self, *_: object) -> None:
        if self._is_inside:  # it may interrupt itself; without end that is no test of ours
            return
        self._is_inside = True
        self.done += 1
        rookery.capture_message(f"interruption {self.done}")
        if self.done % 10 == 0:
            rookery.flush(0.05)
        self._is_inside = False


interrupt = Interruption()


class Cycle:
    """Garbage that only the collector finds, with a destructor."""

    def __init__(self) -> None:
        self.me = self

    def __del__(self) -> None:
        interrupt()


def at_collections(phase: str, _: object) -> None:
    if phase == "start":
        interrupt()


def litter() -> None:
    """Leave something to the collector."""
    rubbish: list[object] = [Cycle() if by == "finalizer" else [] for _ in range(20)]
    rubbish.append(rubbish)


rookery.init(dsn, transport=transport, maxsize=200)
gc.set_threshold(50)
if by == "signal":
    signal.signal(signal.SIGALRM, interrupt)
    signal.setitimer(signal.ITIMER_REAL, 0.001, 0.0005)
elif by == "gc":
    gc.callbacks.append(at_collections)
captured = 0
while interrupt.done < rounds:
    rookery.capture_message("of the program")
    captured += 1
    litter()
    if captured % 10 == 0:
        rookery.flush(0.05)
signal.setitimer(signal.ITIMER_REAL, 0)
gc.disable()
rookery.flush(20.0)
reporting = rookery.get_client().transport
assert reporting is not None, "there is a DSN"
ledgers = [each.stats for each in getattr(reporting, "targets", (reporting,))]
sys.stdout.write(f"{interrupt.done} interruptions, {captured} captures, {ledgers}\n")
accounted = [
    books.offered == books.delivered + sum(books.dropped.values()) + books.pending
    and books.offered == captured + interrupt.done
    for books in ledgers
]
sys.exit(not all(accounted))
