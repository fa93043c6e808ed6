"""urllib3 over the sockets of a library of green threads.

Nothing of the program's, of urllib3's or of the standard library's is replaced: the connections
differ in where they get their socket from, and in who wraps it for TLS.
"""

from __future__ import annotations

import os
from contextlib import suppress
from sys import is_finalizing
from typing import TYPE_CHECKING, Any
from weakref import WeakSet

from rookery.transport.proxies import SOCKS, proxy_for
from rookery_transports.senders.dialling import Dialling, GreenContext
from rookery_transports.senders.urllib3 import Urllib3Sender

if TYPE_CHECKING:
    import ssl

    from rookery.delivery.actions import Outcome
    from rookery.transport.contract import Request, Setup
    from rookery_transports.senders.dialling import Green


class GreenSender(Urllib3Sender):
    """Posts from green threads, all on one hub; at the very end of a program from the last thread."""

    def __init__(self, setup: Setup, green: Green, context: ssl.SSLContext) -> None:
        plain = setup.settings._replace(ssl_context=context)
        self.without_hub = Urllib3Sender(setup._replace(settings=plain))
        own: Any = GreenContext(context, green)  # all of a context that urllib3 asks for
        super().__init__(setup._replace(settings=setup.settings._replace(ssl_context=own)))
        self.opened: WeakSet[Dialling] = WeakSet()
        facts = {"green": green, "opened": self.opened}
        dialling = dialling_for(proxy_for(setup.settings, setup.dsn))
        self.manager.pool_classes_by_scheme = {
            scheme: greened(pool, dialling, facts)
            for scheme, pool in self.manager.pool_classes_by_scheme.items()
        }

    def post(self, request: Request) -> Outcome:
        """As :meth:`Urllib3Sender.post`. Once the interpreter ends no green thread is switched to."""
        return self.without_hub.post(request) if is_finalizing() else super().post(request)

    def close(self) -> None:
        """Close every connection, and now: what an error's traceback holds, its hub may not outlive."""
        for connection in list(self.opened):
            connection.close()
        super().close()

    def forget(self) -> None:
        """Close the sockets of a hub that runs no more, or of a parent process."""
        for connection in list(self.opened):
            with suppress(OSError, AttributeError):  # closed already, or TLS within TLS
                os.close(connection.sock.detach())  # past TLS, which would say good-bye


def greened(pool: Any, dialling: type[Dialling], facts: dict[str, Any]) -> Any:
    """A class of pools, with connections that dial like this."""
    connection = type("GreenConnection", (dialling, pool.ConnectionCls), facts)
    return type("GreenPool", (pool,), {"ConnectionCls": connection})


def dialling_for(proxy: str | None) -> type[Dialling]:
    """How to come to a server, by way of a proxy or not."""
    if proxy is None or proxy.partition(":")[0] not in SOCKS:
        return Dialling
    from rookery_transports.senders.green_socks import DiallingSocks

    return DiallingSocks
