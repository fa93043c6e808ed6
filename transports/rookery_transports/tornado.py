"""``tornado``: the program's IOLoop, which is asyncio's loop, and Tornado's own HTTP client."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from rookery.errors import BadOption, MissingExtra, UnsupportedSetting
from rookery.transport.proxies import proxy_for, without_password
from rookery_transports import tls
from rookery_transports.drivers.asyncio import AsyncioDriver

if TYPE_CHECKING:
    from asyncio import AbstractEventLoop
    from collections.abc import Callable, Mapping

    from rookery.transport.contract import AsyncSender, Setup

CURL = "CurlAsyncHTTPClient"
CURE = (
    "Tornado's simple client cannot: pip install pycurl, and before init call"
    f" AsyncHTTPClient.configure('tornado.curl_httpclient.{CURL}');"
    " or take transport='asyncio'"
)


@dataclass(frozen=True)
class TornadoOptions:
    """What it understands besides the shared settings."""

    io_loop: object = None
    """The IOLoop to work on; by default the one that runs where events are made."""

    def __post_init__(self) -> None:
        if self.io_loop is not None and not hasattr(self.io_loop, "asyncio_loop"):
            raise BadOption("io_loop", self.io_loop, "a Tornado IOLoop, such as IOLoop.current()")

    @property
    def loop(self) -> AbstractEventLoop | None:
        """The loop beneath."""
        return getattr(self.io_loop, "asyncio_loop", None)


class TornadoTransport(AsyncioDriver):
    """Sends on the program's IOLoop, through the client that Tornado is configured to use."""

    Options = TornadoOptions
    requires: ClassVar[Mapping[str, str]] = {
        "tornado": "rookery[tornado]",
        "h11": "rookery[tornado]",
    }
    unsupported = frozenset({"socket_options"})
    backend = "rookery.testing.ioloops:TORNADO"

    def __init__(self, setup: Setup) -> None:
        tls.check(setup.settings)
        self._make = maker(setup)  # imports and reads certificates: now, and not on the loop
        super().__init__(setup)
        self.desk.courier.encoder()  # likewise what it imports

    def make_async_sender(self, _: Setup) -> AsyncSender:
        """A sender on Tornado's client."""
        return self._make()


def maker(setup: Setup) -> Callable[[], AsyncSender]:
    """What makes a sender on the client that Tornado was configured to use. Raises what it cannot."""
    from tornado.httpclient import AsyncHTTPClient

    if AsyncHTTPClient.configured_class().__name__ == CURL:
        return maker_on_curl(setup)
    refuse_what_needs_curl(setup)
    from rookery_transports.senders.tornado import TornadoSender

    context = tls.context(setup.settings) if setup.dsn.scheme == "https" else None
    return lambda: TornadoSender(context, keeps=setup.settings.keep_alive)


def maker_on_curl(setup: Setup) -> Callable[[], AsyncSender]:
    """The same on libcurl, which has TLS of its own."""
    if setup.settings.ssl_context is not None:
        raise UnsupportedSetting(
            "transport 'tornado' cannot honour ssl_context on CurlAsyncHTTPClient, whose TLS is"
            " libcurl's: give ca_certs, cert_file and key_file"
        )
    import pycurl

    if not hasattr(pycurl, "PREREQFUNCTION"):
        raise MissingExtra(
            f"transport 'tornado' needs pycurl 7.45.7 or later, not {pycurl.version}:"
            " pip install -U pycurl"
        )
    from rookery_transports.senders.tornado_curl import TornadoCurlSender
    from rookery_transports.senders.tornado_curl_settings import options

    settled = options(setup)
    return lambda: TornadoCurlSender(setup, settled)


def refuse_what_needs_curl(setup: Setup) -> None:
    """Raise ``UnsupportedSetting`` for what the simple client would leave out."""
    proxy = proxy_for(setup.settings, setup.dsn)
    if proxy is not None:
        named = f"{setup.dsn.scheme}_proxy={without_password(proxy)!r}"
        raise UnsupportedSetting(f"transport 'tornado' cannot honour {named}: {CURE}")
