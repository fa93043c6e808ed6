"""Random bytes for ids, drawn in advance.

Asking the system for some lets go of the interpreter: in a busy program that is a wait of a whole
turn of another thread, for every event. So they are asked for by the dozen. They are a process's
own: after a fork, which may happen behind Python's back, the child draws others.
"""

from __future__ import annotations

import os

SIZE = 16
DRAWN = 128

_spare: list[bytes] = []
_owner = 0


def random_bytes() -> bytes:
    """Sixteen bytes that nobody else was given; safe in a signal handler and in any thread."""
    global _owner  # noqa: PLW0603  # one supply for a process
    process = os.getpid()
    if process != _owner:
        _spare.clear()
        _owner = process
    while True:
        try:
            return _spare.pop()
        except IndexError:  # noqa: PERF203  # once in a while
            drawn = os.urandom(SIZE * DRAWN)
            _spare.extend(drawn[at : at + SIZE] for at in range(0, len(drawn), SIZE))
