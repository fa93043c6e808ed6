"""eventlet's sockets, TLS and time limits."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rookery_transports.quiet_eventlet import eventlet
from rookery_transports.senders.dialling import Green

if TYPE_CHECKING:
    import ssl


def wrap(context: ssl.SSLContext, sock: Any, server_hostname: str | None) -> Any:
    """See :attr:`Green.wrap`.

    By its class, since a context's own ``wrap_socket`` makes the standard library's sockets. The
    hands are shaken afterwards: eventlet would not close what a failure leaves.
    """
    how: Any = {"do_handshake_on_connect": False, "_context": context}
    wrapped = eventlet.green.ssl.GreenSSLSocket(sock, server_hostname=server_hostname, **how)
    try:
        wrapped.do_handshake()
    except BaseException:
        wrapped.close()
        raise
    return wrapped


EVENTLET = Green(eventlet.green.socket, wrap, eventlet.Timeout)
