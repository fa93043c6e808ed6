"""Listening, and stopping: what ``rookery inbox`` runs."""

from __future__ import annotations

import asyncio
import ipaddress
import signal
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tornado.httpserver import HTTPServer
from tornado.netutil import bind_sockets

from rookery.inbox.app import make_app
from rookery.inbox.handlers import Inbox, nothing
from rookery.inbox.limits import Limits
from rookery.inbox.store import IN_MEMORY, Store

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable

PATIENCE = 300
"""Seconds that a connection may be idle, or a body under way."""


@dataclass(frozen=True)
class Place:
    """Where the inbox listens."""

    host: str
    port: int

    @property
    def netloc(self) -> str:
        """What a URL on this machine says: an address that means all of them is the loopback."""
        host = {"0.0.0.0": "127.0.0.1", "::": "::1", "": "127.0.0.1"}.get(self.host, self.host)  # noqa: S104 - compared
        return f"[{host}]:{self.port}" if ":" in host else f"{host}:{self.port}"

    @property
    def page(self) -> str:
        """The URL to look at."""
        return f"http://{self.netloc}/"

    @property
    def dsn(self) -> str:
        """A DSN for it. Any key and any project would do."""
        return f"http://inbox@{self.netloc}/1"

    @property
    def is_local(self) -> bool:
        """True where only this machine can reach it."""
        try:
            return ipaddress.ip_address(self.host).is_loopback
        except ValueError:
            return self.host == "localhost"


@dataclass(frozen=True)
class Run:
    """How to run. ``ready`` is told the place once requests are taken; ``say``, what happens."""

    host: str = "127.0.0.1"
    port: int = 0
    database: str = IN_MEMORY
    limits: Limits = field(default_factory=Limits)
    ready: Callable[[Place], None] = lambda _place: None
    say: Callable[[str], None] = nothing


def run(how: Run) -> None:
    """Serve until SIGINT or SIGTERM.

    Raises OSError where it cannot listen, and :class:`~rookery.inbox.store.BadDatabase`.
    """
    sockets = bind_sockets(how.port, how.host)
    try:
        store = Store(how.database)
    except BaseException:
        close_all(sockets)
        raise
    place = Place(how.host, sockets[0].getsockname()[1])
    inbox = Inbox(store, how.limits, is_local=place.is_local, say=how.say)
    try:
        asyncio.run(serve(inbox, sockets, lambda: how.ready(place)))
    finally:
        inbox.close()


async def serve(inbox: Inbox, sockets: list[socket.socket], ready: Callable[[], None]) -> None:
    """Take requests until a signal says stop, then answer those that are under way."""
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    server = HTTPServer(make_app(inbox), idle_connection_timeout=PATIENCE, body_timeout=PATIENCE)
    server.add_sockets(sockets)
    ready()
    await stop.wait()
    server.stop()
    await server.close_all_connections()


def close_all(sockets: list[socket.socket]) -> None:
    """Let go of what was bound."""
    for one in sockets:
        one.close()
