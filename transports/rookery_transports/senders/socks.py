"""Connections through a SOCKS proxy (extra ``rookery[socks]``)."""

from __future__ import annotations

from urllib3.contrib.socks import SOCKSConnection, SOCKSHTTPSConnection

from rookery_transports.senders.connections import Watched, WatchedTLS
from rookery_transports.senders.pools import Pool, PoolTLS


class WatchedSocks(Watched, SOCKSConnection):
    """A watched connection by way of SOCKS."""


class WatchedSocksTLS(WatchedTLS, SOCKSHTTPSConnection):
    """The same over TLS."""


class SocksPool(Pool):
    """A pool of them."""

    ConnectionCls = WatchedSocks


class SocksPoolTLS(PoolTLS):
    """A pool of them over TLS."""

    ConnectionCls = WatchedSocksTLS


POOLS = {"http": SocksPool, "https": SocksPoolTLS}
