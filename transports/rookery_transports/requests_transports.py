"""``requests`` and ``threaded+requests``: sending through requests, in a session of the user's."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from rookery.errors import BadOption, ConfigurationError
from rookery_transports import tls
from rookery_transports.driven import Driven
from rookery_transports.drivers.inline import InlineDriver
from rookery_transports.drivers.thread import ThreadDriver

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rookery.transport.contract import Sender, Setup

LEFT_OUT: Mapping[str, tuple[object, str]] = {
    "verify": (True, "verify_ssl or ca_certs"),
    "cert": (None, "cert_file and key_file"),
    "proxies": ({}, "http_proxy and https_proxy"),
}
"""What a session may say of the connection, which is ours: its default, and what to give instead."""

ADAPTERS = ("requests.adapters", "rookery_transports.senders.requests")


@dataclass(frozen=True)
class RequestsOptions:
    """What both understand besides the shared settings."""

    session: object = None
    """A ``requests.Session``, whose headers, authentication, cookies and hooks hold."""

    def __post_init__(self) -> None:
        if self.session is None:
            return
        module: Any = sys.modules.get("requests")  # loaded by whoever made a session
        if module is None or not isinstance(self.session, module.Session):
            raise BadOption("session", self.session, "a requests.Session")
        refuse_what_would_be_left_out(self.session)


def refuse_what_would_be_left_out(session: Any) -> None:
    """Raise ``ConfigurationError`` for what a session says of connections, and nobody would hear."""
    for name, (default, instead) in LEFT_OUT.items():
        if getattr(session, name) != default:
            raise ConfigurationError(
                f"session: its {name} would have no effect; leave it out, and give {instead}"
            )


def refuse_another_carrier(session: Any, url: str) -> None:
    """Raise ``ConfigurationError`` for an adapter of the user's, in whose place ours would be."""
    adapter = type(session.get_adapter(url))
    if adapter.__module__ not in ADAPTERS:
        raise ConfigurationError(
            f"session: its {adapter.__name__} would be left out, since the connection is ours;"
            " a rookery.transport.Sender of your own can post through it"
        )


class OverRequests(Driven):
    """Whatever the driver: it sends through requests."""

    Options = RequestsOptions
    requires: ClassVar[Mapping[str, str]] = {"requests": "rookery[requests]"}

    def __init__(self, setup: Setup) -> None:
        tls.check(setup.settings)
        if (session := self.session_in(setup)) is not None:
            refuse_another_carrier(session, setup.dsn.envelope_url)
        super().__init__(setup)

    def make_sender(self, setup: Setup) -> Sender:
        """A sender on requests, which is not loaded before there is something to send."""
        from rookery_transports.senders.requests import RequestsSender

        return RequestsSender(setup, self.session_in(setup))

    @staticmethod
    def session_in(setup: Setup) -> Any:
        """The session of the user's; None: there is none."""
        return getattr(setup.options, "session", None)


class RequestsTransport(OverRequests, InlineDriver):
    """Sends where it is called, as ``sync`` does."""

    defaults: ClassVar[Mapping[str, object]] = {"retries": 0}
    backend = "rookery.testing.backends:SYNC"


class ThreadedRequestsTransport(OverRequests, ThreadDriver):
    """Sends from threads of its own, as ``threaded`` does."""

    backend = "rookery.testing.backends:THREADED"
