"""What the senders on httpcore share, blocking or not: a pool's options, requests and answers."""

from __future__ import annotations

from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import unquote, urlsplit

import httpcore

from rookery.errors import BadOption, MissingExtra
from rookery.transport.proxies import is_socks, proxy_for, without_password
from rookery_transports import tls
from rookery_transports.senders.httpcore_body import Body

if TYPE_CHECKING:
    import ssl
    from collections.abc import Mapping

    from rookery.transport.contract import Request, Setup

WITHOUT_SOCKS_4 = (
    "an HTTP proxy or socks5h://host:port to 'asyncio', 'asyncio+http2', 'trio' and 'http2', which"
    " know no other SOCKS, or take transport='threaded'"
)


class Reach(NamedTuple):
    """How a server is reached, settled at ``init``: to load authorities takes longer than a loop has."""

    pool: Mapping[str, Any]
    """What a connection pool of httpcore's is made with, but for its network backend."""
    keeps: bool
    """Whether the sender keeps connections itself, in place of the pool."""
    socket_options: tuple[tuple[int, int, int | bytes], ...]


def settle(setup: Setup, *, http2: bool) -> Reach:
    """How the server of a setup is reached. Raises ``BadOption``, ``MissingExtra``."""
    settings = setup.settings
    url = proxy_for(settings, setup.dsn)
    context = tls.context(settings)
    check(setup, context, url)
    keeps = settings.keep_alive and not http2 and not is_read_by(url, setup.dsn.scheme)
    pooled = settings.keep_alive and not keeps
    options = {
        "ssl_context": context,
        "proxy": None if url is None else proxy(url, settings.proxy_headers, context),
        "max_connections": settings.concurrency,
        "max_keepalive_connections": settings.concurrency if pooled else 0,
        "http2": http2,
    }
    return Reach(options, keeps, settings.socket_options)


def is_read_by(proxy_url: str | None, scheme: str) -> bool:
    """Whether a proxy reads the requests, which then are addressed to it (RFC 9112, section 3.2.2)."""
    return proxy_url is not None and scheme == "http" and not is_socks(proxy_url)


def check(setup: Setup, context: ssl.SSLContext, proxy_url: str | None) -> None:
    """Refuse what httpcore cannot do."""
    if not hasattr(context, "wrap_bio"):
        given = setup.settings.ssl_context
        raise BadOption("ssl_context", given, "an ssl.SSLContext of Python's own")
    if proxy_url is None or not is_socks(proxy_url):
        return
    if proxy_url.startswith("socks4"):
        shown = without_password(proxy_url)
        raise BadOption(f"{setup.dsn.scheme}_proxy", shown, WITHOUT_SOCKS_4)
    if not find_spec("socksio"):
        raise MissingExtra(
            "a SOCKS proxy needs the module 'socksio', which is not installed:"
            " pip install 'rookery[socks]'"
        )


def proxy(url: str, headers: Mapping[str, str], context: ssl.SSLContext) -> httpcore.Proxy:
    """A proxy in httpcore's words. A header that the user gave stands before one of ours."""
    if is_socks(url):
        parts = urlsplit(url)
        named = None if parts.username is None else credentials(parts.username, parts.password)
        return httpcore.Proxy(url, auth=named)
    from rookery_transports.senders.pools import proxy_auth

    over_tls = context if url.startswith("https:") else None
    told = [*{**proxy_auth(url), **headers}.items()]
    return httpcore.Proxy(url, headers=told, ssl_context=over_tls)


def credentials(user: str, password: str | None) -> tuple[bytes, bytes]:
    """User and password of a URL, as they go over the wire (RFC 1929)."""
    return unquote(user).encode(), unquote(password or "").encode()


def translated(request: Request, trace: object) -> httpcore.Request:
    """A request in httpcore's words."""
    length = str(len(request.body))
    host = urlsplit(request.url).netloc
    headers = [("Host", host), *request.headers.items(), ("Content-Length", length)]
    return httpcore.Request(
        "POST",
        request.url,
        headers=headers,
        content=Body(request.body),
        extensions={"trace": trace},
    )
