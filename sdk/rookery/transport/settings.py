"""The settings that every transport shares: declared once in a table, settled once, frozen.

An argument beats the DSN's query, which beats the environment, which beats the transport's own
default, which beats the default of the table.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from rookery.transport import conversions as to
from rookery.transport.contract import NOTHING, Timeouts
from rookery.transport.declare import OURS, Found, Kind, Option, Sources
from rookery.transport.proxies import proxy, without_httpoxy
from rookery.transport.timing import plain_retries, retries, timeouts

if TYPE_CHECKING:
    import ssl
    from collections.abc import Callable, Mapping

    from rookery.delivery.retry import RetryPolicy
    from rookery.envelope import Envelope

MIB = 2**20
MOST_CONCURRENT = 64
LEVELS = {"gzip": (1, 9), "br": (0, 11), "zstd": (1, 22)}
"""Lowest and highest ``compression_level`` of each codec."""


class Settings(NamedTuple):
    """What every transport honours. Sizes are in bytes, times in seconds."""

    maxsize: int = 1000
    """0: unbounded."""
    maxbytes: int = 32 * MIB
    """0: unbounded."""
    overflow: Literal["drop_newest", "drop_oldest"] = "drop_newest"
    timeout: Timeouts = Timeouts()
    retries: RetryPolicy = plain_retries(3)
    concurrency: int = 1
    shutdown_timeout: float = 2.0
    keep_alive: bool = True
    compression: Literal["none", "gzip", "br", "zstd"] = "gzip"
    compression_level: int | None = 6
    """None: the codec's own default."""
    http_proxy: str | None = None
    https_proxy: str | None = None
    no_proxy: tuple[str, ...] = ()
    proxy_headers: Mapping[str, str] = NOTHING
    ca_certs: str | None = None
    """A file in PEM format, or a folder of hashed certificates. None: the system's and certifi's."""
    verify_ssl: bool = True
    cert_file: str | None = None
    key_file: str | None = None
    ssl_context: ssl.SSLContext | None = None
    """Stands alone: with it, the four TLS settings above say nothing."""
    socket_options: tuple[tuple[int, int, int | bytes], ...] = ()
    on_drop: Callable[[Envelope, str], object] | None = None
    send_client_reports: bool = True


def _ssl_context(given: Any) -> Any:
    """Known by its methods: an ``ssl.SSLContext``, or that of another TLS library."""
    if not callable(getattr(given, "wrap_socket", None)):
        raise TypeError
    return given


def _socket_option(given: Any) -> tuple[int, int, int | bytes]:
    level, name, value = given
    if not isinstance(value, (int, bytes)):
        raise TypeError
    return int(level), int(name), value


def _hosts(given: Any) -> tuple[str, ...]:
    """Hosts at commas or blanks, as ``NO_PROXY`` is written."""
    parts = given.replace(",", " ").split() if isinstance(given, str) else given
    return tuple(to.to_text(part) for part in to.to_items(parts))


NO_PROXY = Kind(
    "hosts, .suffixes, IP addresses or networks, a list or text with commas",
    _hosts,
    takes_empty=True,
)
SOCKET_OPTIONS = Kind(
    "a list of (level, option, value), as socket.setsockopt takes them",
    lambda given: tuple(map(_socket_option, to.to_items(given))),
    takes_text=False,
)
CODECS = ("none", *LEVELS)
PEM = to.existing_path("a PEM file")
ECOSYSTEM = {
    "keep_alive": ("SENTRY_KEEP_ALIVE",),
    "http_proxy": ("http_proxy", "HTTP_PROXY"),
    "https_proxy": ("https_proxy", "HTTPS_PROXY"),
    "no_proxy": ("no_proxy", "NO_PROXY"),
    "ca_certs": ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE"),
    "cert_file": ("CLIENT_CERT_FILE",),
    "key_file": ("CLIENT_KEY_FILE",),
}
"""Variables that other programs read too. Ours, ``ROOKERY_`` and the name, come first."""
ALIASES = {"maxsize": ("qmaxsize", "transport_queue_size")}


def _declare(name: str, default: Any, kind: Kind, doc: str) -> Option:
    ours = (OURS + name.upper(),) if kind.takes_text else ()
    env = ours + ECOSYSTEM.get(name, ())
    return Option(name, default, kind, doc, env, ALIASES.get(name, ()))


SETTINGS: tuple[Option, ...] = (
    _declare(
        "maxsize",
        1000,
        to.bound("a whole number of envelopes"),
        "Most envelopes held: queued, in flight, or waiting for a retry. 0 or -1: unbounded.",
    ),
    _declare(
        "maxbytes",
        "32MiB",
        to.bound("bytes (a whole number, or text such as '32MiB')", to.to_size),
        "The same bound in bytes. 0 or -1: unbounded.",
    ),
    _declare(
        "overflow",
        "drop_newest",
        to.choice("drop_newest", "drop_oldest"),
        "Which envelope is lost when there is no room.",
    ),
    _declare(
        "timeout",
        5,
        timeouts(),
        "Seconds for connecting and for the answer: a number, a pair, a urllib3.Timeout, or None.",
    ),
    _declare(
        "retries",
        3,
        retries(),
        "Tries after a failure: a number, False, or a urllib3.Retry, of which every count holds.",
    ),
    _declare("concurrency", 1, to.whole(1, MOST_CONCURRENT), "Requests in flight at once."),
    _declare(
        "shutdown_timeout",
        2,
        to.seconds(),
        "Seconds after which everything that happens at exit is over.",
    ),
    _declare("keep_alive", True, to.flag(), "Use a connection for more than one request."),
    _declare("compression", "gzip", to.choice(*CODECS), "How a request's body is compressed."),
    _declare(
        "compression_level",
        6,
        to.optional(to.whole(0, 22)),
        "How hard: gzip 1 to 9, br 0 to 11, zstd 1 to 22. None: the codec's own default.",
    ),
    _declare(
        "http_proxy",
        None,
        proxy(),
        "Proxy for a DSN with http, and, given as an argument or in the DSN, with https too unless"
        " there is an https_proxy. An empty text: none.",
    ),
    _declare("https_proxy", None, proxy(), "Proxy for a DSN with https. An empty text: none."),
    _declare("no_proxy", (), NO_PROXY, "Hosts that are reached without a proxy."),
    _declare(
        "proxy_headers",
        {},
        to.text_mapping("a mapping of header names to values"),
        "Headers for the proxy itself, such as Proxy-Authorization.",
    ),
    _declare(
        "ca_certs",
        None,
        to.existing_path("a PEM file, or a folder of hashed certificates,"),
        "Certificates of the authorities that are trusted. Not set: the system's and certifi's.",
    ),
    _declare("verify_ssl", True, to.flag(), "Check the server's certificate and its name."),
    _declare("cert_file", None, PEM, "Client certificate, in PEM format."),
    _declare("key_file", None, PEM, "Key of the client certificate, if cert_file lacks it."),
    _declare(
        "ssl_context",
        None,
        Kind("an ssl.SSLContext", _ssl_context, takes_text=False),
        "TLS, settled by the program itself; stands instead of the settings above.",
    ),
    _declare("socket_options", (), SOCKET_OPTIONS, "Options of the sockets, beside our own."),
    _declare(
        "on_drop",
        None,
        to.function("(envelope, reason)"),
        "Called for each envelope that is lost, with it and the reason.",
    ),
    _declare("send_client_reports", True, to.flag(), "Tell the server what was lost, and why."),
)


def find_settings(sources: Sources, skipped: frozenset[str] = frozenset()) -> dict[str, Found]:
    """Each setting's value and where it came from. Raises :class:`BadOption`.

    For a setting in ``skipped``, which the transport cannot honour, only the defaults count.
    """
    ambient = without_httpoxy(sources.environ)
    full = Sources(sources.arguments, sources.query, ambient, sources.defaults)
    bare = Sources(defaults=sources.defaults)
    found = {o.name: (bare if o.name in skipped else full).find(o) for o in SETTINGS}
    if found["http_proxy"].is_explicit and not found["https_proxy"].is_explicit:
        found["https_proxy"] = found["http_proxy"]
    return found


def settle(found: Mapping[str, Found]) -> Settings:
    """The settings, of values that :func:`~rookery.transport.admission.reconcile` let pass."""
    return Settings(**{name: value.value for name, value in found.items()})
