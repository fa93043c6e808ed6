"""urllib3's pools of our connections, as the settings ask for them."""

from __future__ import annotations

from collections import deque
from queue import Empty, Full
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

import urllib3

from rookery.transport.proxies import SOCKS, proxy_for
from rookery_transports import tls
from rookery_transports.senders.connections import Watched, WatchedTLS

if TYPE_CHECKING:
    from rookery.transport.contract import Setup


class Stack:
    """A pool's queue without a lock: its finalizer may run in a child forked amid an operation."""

    def __init__(self, maxsize: int = 0) -> None:
        self._items: deque[Any] = deque()
        self._maxsize = maxsize

    def put(self, item: Any, **_: object) -> None:
        """Raises :class:`queue.Full`; never blocks, whatever it is asked."""
        if 0 < self._maxsize <= len(self._items):
            raise Full
        self._items.append(item)

    def get(self, **_: object) -> Any:
        """Raises :class:`queue.Empty`; never blocks, whatever it is asked."""
        try:
            return self._items.pop()
        except IndexError:
            raise Empty from None

    def qsize(self) -> int:
        """How many there are."""
        return len(self._items)


class Pool(urllib3.HTTPConnectionPool):
    """A pool of watched connections."""

    ConnectionCls: type[Watched] = Watched
    QueueCls = Stack  # type: ignore[assignment]  # urllib3 asks no more of it than these methods


class PoolTLS(urllib3.HTTPSConnectionPool):
    """A pool of watched connections over TLS."""

    ConnectionCls: type[WatchedTLS] = WatchedTLS
    QueueCls = Stack  # type: ignore[assignment]  # as above


POOLS = {"http": Pool, "https": PoolTLS}


def pool_manager(setup: Setup) -> urllib3.PoolManager:
    """The pool that the settings ask for: direct, by way of a proxy, or of SOCKS."""
    settings = setup.settings
    proxy = proxy_for(settings, setup.dsn)
    context = tls.context(settings) if tls.is_encrypted(setup.dsn.scheme, proxy) else None
    options: dict[str, Any] = {
        "num_pools": 1,
        "maxsize": settings.concurrency,
        "ssl_context": context,
    }
    if settings.socket_options:
        default = urllib3.connection.HTTPConnection.default_socket_options
        options["socket_options"] = [*default, *settings.socket_options]
    if proxy is None:
        manager, pools = urllib3.PoolManager(**options), POOLS
    elif proxy.partition(":")[0] in SOCKS:
        from urllib3.contrib.socks import SOCKSProxyManager

        from rookery_transports.senders import socks

        manager, pools = SOCKSProxyManager(proxy, **options), socks.POOLS
    else:
        headers = {**proxy_auth(proxy), **settings.proxy_headers}
        manager = urllib3.ProxyManager(
            proxy, proxy_headers=headers, proxy_ssl_context=context, **options
        )
        pools = POOLS
    manager.pool_classes_by_scheme = pools
    return manager


def proxy_auth(proxy: str) -> dict[str, str]:
    """``Proxy-Authorization`` of the user and password in a proxy's URL."""
    auth = urllib3.util.parse_url(proxy).auth
    return urllib3.util.make_headers(proxy_basic_auth=unquote(auth)) if auth else {}
