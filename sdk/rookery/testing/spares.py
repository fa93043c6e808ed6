"""The back-end of ``failover``: its spare is a port that nobody listens on, so that the first counts."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from rookery.testing.conformance import FULL, Backend
from rookery.testing.server import RefusingServer

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def nobody() -> Iterator[dict[str, object]]:
    """The option that names the spare."""
    with RefusingServer() as refusing:
        yield {"spares": [refusing.dsn]}


FAILOVER = Backend("failover", FULL - {"sender"}, host=nobody)
