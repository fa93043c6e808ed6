"""A program whose signal handler captures amid its captures: ``handling.py DSN TRANSPORT ROUNDS``.

Each capture is interrupted once, each at a later point than the one before, so that the points cover
the way of an event to the server and back. The handler flushes, too: it may not wait for what it
interrupts. Ends well if nothing was lost.
"""

from __future__ import annotations

import signal
import sys
import time

import rookery

dsn, transport, rounds = *sys.argv[1:3], int(sys.argv[3])
EARLIEST = 1e-5
"""Seconds; a timer that is set to zero is off."""
A_WHILE = 600.0
handled: list[int] = []


def handle(*_: object) -> None:
    rookery.capture_message(f"of the handler {len(handled)}")
    rookery.flush(A_WHILE)
    handled.append(len(handled))


def capture(number: int) -> float:
    """Seconds that it takes."""
    began = time.perf_counter()
    rookery.capture_message(f"of the program {number}")
    rookery.flush(A_WHILE)
    return time.perf_counter() - began


rookery.init(dsn, transport=transport)
signal.signal(signal.SIGALRM, handle)
capture(-2)  # the first takes longest: it loads what it needs
whole = capture(-1)
for number in range(rounds):
    signal.setitimer(signal.ITIMER_REAL, EARLIEST + whole * number / rounds)
    capture(number)
    while len(handled) <= number:
        time.sleep(EARLIEST)
rookery.flush(A_WHILE)
books = rookery.get_client().transport.stats  # type: ignore[union-attr]  # there is a DSN
sys.stdout.write(f"{books}\n")
sys.exit(not books.offered == books.delivered == 2 * rounds + 2)
