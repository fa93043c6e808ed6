"""Two ways to say nothing: a port that takes no connection, and one that takes it and is mute."""

from __future__ import annotations

import socket
from contextlib import suppress
from typing import TYPE_CHECKING

from rookery.testing.http1 import CHUNK
from rookery.testing.listener import LOOPBACK, Listener
from rookery.testing.server import dsn

if TYPE_CHECKING:
    from types import TracebackType

    from typing_extensions import Self

    from rookery.testing.server import Scheme

MOST_CALLERS = 16
"""Connections that are tried before the queue of a port counts as endless."""
LONG_ENOUGH = 0.2
"""Seconds after which a connection on the loopback that is not there does not come any more."""


class BlackHole:
    """A loopback port whose queue is full: whoever calls gets neither a connection nor a refusal."""

    def __init__(self, scheme: Scheme = "http") -> None:
        self._listening = socket.create_server((LOOPBACK, 0), backlog=0)
        self.port: int = self._listening.getsockname()[1]
        self.dsn = dsn(scheme, self.port)
        self._waiting: list[socket.socket] = []

    def __enter__(self) -> Self:
        """Call until nobody is answered any more. Raises ``OSError`` where that never happens."""
        with suppress(TimeoutError):
            for _ in range(MOST_CALLERS):
                self._waiting.append(
                    socket.create_connection((LOOPBACK, self.port), timeout=LONG_ENOUGH)
                )
            raise OSError("a queue of this system is never full")
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        for each in (*self._waiting, self._listening):
            each.close()


class MuteServer(Listener):
    """Takes every connection, and never says a word: no TLS, no HTTP, no answer of a proxy."""

    def __init__(self, scheme: Scheme = "http") -> None:
        super().__init__()
        self.dsn = dsn(scheme, self.port)

    def serve(self, connection: socket.socket) -> None:
        """Hear everything, and say nothing."""
        while connection.recv(CHUNK):
            pass
