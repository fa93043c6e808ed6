"""Connections that wait in urllib3's pools for their next request."""

from __future__ import annotations

from contextlib import suppress
from queue import Empty, Full
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from urllib3 import HTTPConnectionPool as Connections

    from rookery_transports.senders.connections import Watched


def take(pool: Connections) -> Watched | None:
    """An open connection out of its pool; None if there is none."""
    try:
        found: Watched | None = pool.pool.get(block=False)  # type: ignore[union-attr]  # see below
    except (Empty, AttributeError):  # none left, or the pool was closed and has no queue any more
        return None
    if found is not None and found.is_connected:
        return found
    put_back(pool, found)  # the place of one, or one that urllib3 will open again
    return None


def put_back(pool: Connections, connection: Watched | None) -> None:
    """Keep it for the next request, unless the pool is closed or has enough."""
    queue: Any = pool.pool
    try:
        queue.put(connection)
    except (Full, AttributeError):
        discard(connection)
    if queue is not None and pool.pool is None:  # closed meanwhile: nobody else will empty it
        with suppress(Empty):
            while True:
                discard(queue.get())


def discard(connection: Watched | None) -> None:
    """Close it, if it is one."""
    if connection is not None:
        connection.close()
