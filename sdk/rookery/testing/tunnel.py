"""What both proxies need: a connection to the target, and bytes handed on in both directions."""

from __future__ import annotations

import selectors
import socket
from contextlib import contextmanager
from ssl import SSLSocket
from typing import TYPE_CHECKING

from rookery.testing.http1 import CHUNK

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rookery.testing.http1 import Wire
    from rookery.testing.listener import Listener

CONNECT_TIMEOUT = 5.0


@contextmanager
def upstream(listener: Listener, host: str, port: int) -> Iterator[socket.socket]:
    """A connection that ends with the listener. Raises ``OSError`` if there is none to be had."""
    connection = socket.create_connection((host, port), CONNECT_TIMEOUT)
    connection.settimeout(None)
    listener.track(connection)
    try:
        yield connection
    finally:
        listener.let_go(connection)


def relay(client: Wire, server: socket.socket) -> None:
    """Hand on what comes from either side until one of them ends."""
    server.sendall(bytes(client.unread))
    client.unread.clear()
    others = {client.socket: server, server: client.socket}
    with selectors.DefaultSelector() as selector:
        for source, target in others.items():
            selector.register(source, selectors.EVENT_READ, target)
        while all(_hand_on(key) for key, _ in selector.select()):
            pass


def _hand_on(key: selectors.SelectorKey) -> bool:
    source, target = key.fileobj, key.data
    assert isinstance(source, socket.socket)
    data = source.recv(CHUNK)
    while data:
        target.sendall(data)
        if not isinstance(source, SSLSocket) or not source.pending():
            return True
        data = source.recv(CHUNK)  # decrypted already: no selector tells of it
    return False
