"""The way to the server by Twisted's sockets, settled from the settings before any reactor is there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from twisted.internet.abstract import isIPAddress, isIPv6Address
from twisted.internet.endpoints import HostnameEndpoint, TCP4ClientEndpoint, TCP6ClientEndpoint

from rookery.errors import UnsupportedSetting
from rookery.transport.proxies import PORTS, is_socks, proxy_for, without_password
from rookery_transports.senders.pools import proxy_auth
from rookery_transports.senders.twisted_tls import creator
from rookery_transports.senders.twisted_tunnel import connect_head, pass_through
from rookery_transports.senders.twisted_wire import Layer, Layers, secure

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rookery.transport.contract import Setup


class Route:
    """Host and port to connect to, and what is laid on that connection until HTTP is spoken."""

    def __init__(self, setup: Setup) -> None:
        settings, dsn = setup.settings, setup.dsn
        port = dsn.port or PORTS[dsn.scheme]
        proxy = proxy_for(settings, dsn)
        self.address = (dsn.host, port)
        self.headers: Mapping[str, str] = {}
        """For a proxy that is spoken HTTP with."""
        self.proxy_creator: Any = None
        self.asked: bytes | None = None
        self.creator: Any = creator(settings, dsn.host) if dsn.scheme == "https" else None
        self.is_by_proxy = proxy is not None and dsn.scheme == "http"
        """Whether each request goes to a proxy that speaks HTTP with us (RFC 9112, 3.2.2)."""
        if proxy is not None:
            self._lead_through(proxy, setup, f"{bracketed(dsn.host)}:{port}")

    def _lead_through(self, proxy: str, setup: Setup, server: str) -> None:
        refuse_socks(proxy, setup.dsn.scheme)
        url = urlsplit(proxy)
        host = url.hostname or ""
        self.address = (host, url.port or PORTS[url.scheme])
        if url.scheme == "https":
            self.proxy_creator = creator(setup.settings, host)
        headers = {**proxy_auth(proxy), **setup.settings.proxy_headers}
        if self.is_by_proxy:
            self.headers = headers
        else:
            self.asked = connect_head(server, headers)

    async def connect(self, reactor: Any, layers: set[Layer]) -> Layer:
        """A connection that is ready for HTTP; its lowest layer is in ``layers`` while it is open."""
        layer: Any = await endpoint(reactor, *self.address).connect(Layers(layers))
        tcp = layer.transport
        try:
            if self.proxy_creator is not None:
                layer = await secure(layer, self.proxy_creator, reactor)
            if self.asked is not None:
                layer = await pass_through(layer, self.asked)
            if self.creator is not None:
                layer = await secure(layer, self.creator, reactor)
        except BaseException:
            tcp.abortConnection()
            raise
        return layer  # type: ignore[no-any-return]  # Layers makes it


def endpoint(reactor: Any, host: str, port: int) -> Any:
    """TCP to a host; to an address without a look-up, which would take a thread. Its time-out is not theirs."""
    kind: Any = HostnameEndpoint
    if isIPAddress(host):
        kind = TCP4ClientEndpoint
    elif isIPv6Address(host):
        kind = TCP6ClientEndpoint
    return kind(reactor, host, port, timeout=None)


def refuse_socks(proxy: str, scheme: str) -> None:
    """Raise for a proxy that Twisted has no words for."""
    if is_socks(proxy):
        raise UnsupportedSetting(
            f"transport 'twisted' cannot honour {scheme}_proxy={without_password(proxy)!r}: Twisted"
            " speaks no SOCKS; give the URL of an http proxy, or take transport='threaded'"
        )


def bracketed(host: str) -> str:
    """A host as a URL has it (RFC 3986, 3.2.2)."""
    return f"[{host}]" if ":" in host else host
