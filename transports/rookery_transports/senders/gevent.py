"""gevent's sockets, TLS and time limits."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import gevent
from gevent import socket, ssl

from rookery_transports.senders.dialling import Green

if TYPE_CHECKING:
    import ssl as standard


def wrap(context: standard.SSLContext, sock: Any, server_hostname: str | None) -> Any:
    """See :attr:`Green.wrap`.

    By its class, since a context's own ``wrap_socket`` makes the standard library's sockets.
    """
    return ssl.SSLSocket(sock, server_hostname=server_hostname, _context=context)


GEVENT = Green(socket, wrap, gevent.Timeout)
