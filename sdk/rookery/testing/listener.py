"""A loopback server without a protocol: one thread accepts, one more serves each connection.

Rule 1: closing never hangs. It shuts every socket, which wakes whoever waits on one, and sets
        ``closing``, which everything else waits on.
Rule 2: a connection that ends badly is the client's affair; ``serve`` may raise ``OSError``.
"""

from __future__ import annotations

import os
import selectors
import socket
import struct
import threading
from contextlib import suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from types import TracebackType

    from typing_extensions import Self

LOOPBACK = "127.0.0.1"
JOIN_TIMEOUT = 5.0
AT_ONCE = struct.pack("ii", 1, 0)
"""``struct linger``: on, for no time. Closing then resets (socket(7))."""


class Listener:
    """Listens on a free loopback port between ``__enter__`` and ``close``."""

    def __init__(self) -> None:
        self.closing = threading.Event()
        self.connections = 0
        """Connections accepted so far."""
        self._lock = threading.Lock()
        self._open: dict[int, socket.socket] = {}
        self._threads: list[threading.Thread] = []
        self._listening = socket.create_server((LOOPBACK, 0), backlog=128)
        self._wake, self._awake = socket.socketpair()
        self.host = LOOPBACK
        self.port: int = self._listening.getsockname()[1]

    def __enter__(self) -> Self:
        self._start(self._accept_all)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """End every connection and every thread. Harmless a second time."""
        if self.closing.is_set():
            return
        self.closing.set()
        self._wake.send(b"!")
        self.drop_connections()
        for thread in self._threads:
            thread.join(JOIN_TIMEOUT)
        for each in (self._listening, self._wake, self._awake):
            each.close()

    def drop_connections(self) -> None:
        """End every open connection, from this side."""
        with self._lock:
            for connection in self._open.values():
                shut(connection)

    def serve(self, connection: socket.socket) -> None:
        """Speak the protocol on one connection, in a thread of its own."""
        raise NotImplementedError

    def track(self, connection: socket.socket) -> None:
        """See to it that ``close`` ends this connection too, e.g. one to an upstream server."""
        with self._lock:
            self._open[id(connection)] = connection
            if self.closing.is_set():
                shut(connection)

    def let_go(self, connection: socket.socket) -> None:
        """Close a tracked connection."""
        with self._lock:
            self._open.pop(id(connection), None)
        connection.close()

    def _start(self, target: object, *arguments: object) -> None:
        thread = threading.Thread(
            target=target,  # type: ignore[arg-type]  # any callable; the arguments vary
            args=arguments,
            name=f"{type(self).__name__}-{self.port}",
            daemon=True,
        )
        self._threads = [t for t in self._threads if t.is_alive() or t.ident is None]
        self._threads.append(thread)
        thread.start()

    def _accept_all(self) -> None:
        with selectors.DefaultSelector() as selector:
            selector.register(self._listening, selectors.EVENT_READ)
            selector.register(self._awake, selectors.EVENT_READ)
            while not self.closing.is_set():
                ready = [key.fileobj for key, _ in selector.select()]
                if self._listening in ready:
                    self._accept()

    def _accept(self) -> None:
        with suppress(OSError):  # the client may be gone already
            connection, _ = self._listening.accept()
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self.track(connection)
            self.connections += 1
            self._start(self._serve, connection)

    def _serve(self, connection: socket.socket) -> None:
        try:
            with suppress(OSError):
                self.serve(connection)
        finally:
            self.let_go(connection)


def shut(connection: socket.socket) -> None:
    """Wake whoever waits on the socket. Past TLS, which would want to say good-bye first."""
    with suppress(OSError), socket.socket(fileno=os.dup(connection.fileno())) as past:
        past.shutdown(socket.SHUT_RDWR)


def reset(connection: socket.socket) -> None:
    """Close with a RST."""
    with suppress(OSError):
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, AT_ONCE)
    connection.close()
