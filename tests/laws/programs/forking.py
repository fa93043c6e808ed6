"""A program that forks while its transport is busy: ``forking.py DSN HOW TRANSPORT``.

``HOW`` is ``os`` or ``c``: the latter forks as uWSGI does, so that no at-fork hook runs.
The parent queues ten events, forks, and waits for the child; both then flush.
"""

from __future__ import annotations

import ctypes
import os
import sys
from pathlib import Path
from time import sleep
from typing import TYPE_CHECKING

import rookery

if TYPE_CHECKING:
    from collections.abc import Callable

FORKS: dict[str, Callable[[], int]] = {"os": os.fork, "c": ctypes.PyDLL(None).fork}
A_WHILE = 2.0
dsn, how, transport = sys.argv[1:]


def await_blocked_threads() -> None:
    """Wait until each other thread sleeps, and so does not want the interpreter lock.

    A fork that the interpreter does not see, while a thread waits for that lock, leaves the child
    with a lock that waits for that thread: then nothing in the child can run, ours or not.
    """
    while rookery.get_client().transport.stats.attempts == 0:  # type: ignore[union-attr]  # with DSN
        sleep(0.01)
    tasks = Path("/proc/self/task")
    me = str(os.getpid())
    while any("S (sleeping)" not in states(task) for task in tasks.iterdir() if task.name != me):
        sleep(0.01)


def states(task: Path) -> str:
    """What the kernel says of a thread."""
    sleep(0.01)  # lets go of the interpreter lock, so that whoever wants it has it
    return (task / "status").read_text()


rookery.init(dsn, transport=transport, timeout=60)
rookery.capture_message("before")
for number in range(10):
    rookery.capture_message(f"queued {number}")
await_blocked_threads()
child = FORKS[how]()
if child == 0:
    rookery.capture_message("the child's own")
    is_sent = rookery.flush(A_WHILE)
    books = rookery.get_client().transport.stats  # type: ignore[union-attr]  # there is a DSN
    os._exit(0 if is_sent and books.offered == books.delivered == 1 else 1)
_, status = os.waitpid(child, 0)
sys.stdout.write("the child has ended\n")
sys.stdout.flush()
sys.stdin.readline()  # until the server goes on
has_sent = rookery.flush(10.0)
sys.exit(os.waitstatus_to_exitcode(status) or (0 if has_sent else 2))
