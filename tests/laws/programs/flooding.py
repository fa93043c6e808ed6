"""A program that captures far more than is sent: ``flooding.py DSN EVENTS``.

Prints as JSON what its memory grew by (bytes), its threads, and its books.
"""

from __future__ import annotations

import json
import os
import sys
import threading
from pathlib import Path

import rookery

dsn, events = sys.argv[1], int(sys.argv[2])


def resident() -> int:
    """Bytes of memory in use (Linux)."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


def fail(depth: int) -> None:
    """Raise from a few frames down, with variables worth reporting."""
    order = {"id": depth, "lines": ["a line of an order"] * 20}
    if depth:
        fail(depth - 1)
    raise ValueError(f"no such order: {order['id']}")


def capture() -> None:
    try:
        fail(5)
    except ValueError as error:
        rookery.capture_exception(error)


rookery.init(dsn, transport="threaded")
capture()
before, threads_before = resident(), 1
for _ in range(events - 1):
    capture()
grown = resident() - before
transport = rookery.get_client().transport
assert transport is not None
books = transport.stats
sys.stdout.write(
    json.dumps(
        {
            "grown": grown,
            "maxbytes": transport.setup.settings.maxbytes,
            "threads": threading.active_count() - threads_before,
            "offered": books.offered,
            "delivered": books.delivered,
            "pending": books.pending,
            "dropped": sum(books.dropped.values()),
        }
    )
)
sys.stdout.flush()
os._exit(0)
