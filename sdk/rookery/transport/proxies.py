"""Which proxy a request goes through, decided from the settings alone.

Rule 1: a DSN with ``http`` goes through ``http_proxy``, one with ``https`` through ``https_proxy``.
Rule 2: a host that ``no_proxy`` names is reached directly, whoever named the proxy.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from rookery.transport.conversions import to_text
from rookery.transport.declare import Kind

if TYPE_CHECKING:
    from collections.abc import Mapping
    from ipaddress import IPv4Network, IPv6Network

    from rookery.dsn import Dsn
    from rookery.transport.settings import Settings

    Network = IPv4Network | IPv6Network

SOCKS = frozenset({"socks4", "socks4a", "socks5", "socks5h"})
SCHEMES = frozenset({"http", "https"}) | SOCKS
PORTS = {"http": 80, "https": 443}
CREDENTIALS = re.compile(r"^([a-z0-9]*://)?.*@", re.IGNORECASE | re.DOTALL)


def proxy_for(settings: Settings, dsn: Dsn) -> str | None:
    """The URL of the proxy for this DSN's server, None to reach it directly."""
    proxy = settings.https_proxy if dsn.scheme == "https" else settings.http_proxy
    if not proxy:
        return None
    port = dsn.port or PORTS[dsn.scheme]
    return None if is_direct(dsn.host, port, settings.no_proxy) else proxy


def is_direct(host: str, port: int, no_proxy: tuple[str, ...]) -> bool:
    """Whether an entry of ``no_proxy`` names the host.

    An entry is ``*``, a host (which stands for its subdomains too), ``.suffix``, an IP address, a
    network such as ``10.0.0.0/8``, or any of the first four with ``:port``.
    """
    name = host.lower().rstrip(".")
    return any(_matches(entry.strip().lower(), name, port) for entry in no_proxy)


def _matches(entry: str, host: str, port: int) -> bool:
    if (network := _network(entry)) is not None:  # first: an IPv6 address looks like host:port
        return _is_inside(host, network)
    name, wanted = _split_port(entry)
    if wanted is not None and wanted != port:
        return False
    return name == "*" or _names(name, host)


def _names(name: str, host: str) -> bool:
    """Whether an entry without its port is the host, its address, or a domain above it."""
    if (network := _network(name)) is not None:
        return _is_inside(host, network)
    suffix = name.removeprefix("*").strip(".")
    return bool(suffix) and (host == suffix or host.endswith("." + suffix))


def _network(text: str) -> Network | None:
    from ipaddress import ip_network

    try:
        return ip_network(text.strip("[]"), strict=False)
    except ValueError:
        return None


def _is_inside(host: str, network: Network) -> bool:
    from ipaddress import ip_address

    try:
        return ip_address(host) in network
    except ValueError:
        return False


def _split_port(entry: str) -> tuple[str, int | None]:
    name, colon, port = entry.rpartition(":")
    return (name, int(port)) if colon and port.isdecimal() else (entry, None)


def is_socks(proxy: str) -> bool:
    """Whether the proxy speaks SOCKS, for which Python needs a library."""
    return proxy.partition("://")[0].lower() in SOCKS


def without_httpoxy(environ: Mapping[str, str]) -> Mapping[str, str]:
    """The environment, less ``HTTP_PROXY`` in a CGI program: a client's ``Proxy:`` header sets it."""
    if "REQUEST_METHOD" not in environ:
        return environ
    return {name: value for name, value in environ.items() if name != "HTTP_PROXY"}


def proxy() -> Kind:
    """The URL of a proxy; an empty text is None: no proxy."""
    return Kind(
        "the URL of a proxy, such as http://proxy.example.com:3128 or socks5h://127.0.0.1:1080,"
        " or '' for none",
        to_proxy,
        takes_empty=True,
        show=without_password,
    )


def to_proxy(given: Any) -> str | None:
    """The URL, ``http://`` put before a bare ``host:port``; None for an empty text."""
    url = to_text(given).strip()
    if not url:
        return None
    from urllib.parse import urlsplit

    url = url if "://" in url else f"http://{url}"
    parts = urlsplit(url)
    if parts.scheme not in SCHEMES or not parts.hostname or parts.port == 0:
        raise ValueError
    return url


def without_password(given: Any) -> Any:
    """What an error may print: the part that may hold a password is left out."""
    return CREDENTIALS.sub(r"\1***@", given) if isinstance(given, str) else given
