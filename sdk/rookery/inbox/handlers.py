"""What the request handlers of the inbox have in common."""

from __future__ import annotations

import asyncio
import ipaddress
import json
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, TypeVar, cast

from tornado.web import RequestHandler, stream_request_body

from rookery.inbox.limits import Limits
from rookery.inbox.refusals import FORBIDDEN, METHOD_NOT_ALLOWED, NOT_FOUND, Refusal

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from types import TracebackType

    from tornado.http1connection import HTTP1Connection

    from rookery.inbox.store import Store

T = TypeVar("T")


def nothing(_line: str) -> None:
    """Says nothing: the default of :attr:`Inbox.say`."""


@dataclass(frozen=True)
class Inbox:
    """What every handler works with."""

    store: Store
    limits: Limits = field(default_factory=Limits)
    is_local: bool = True
    """Only this machine reaches it, so a page of another host name has no business reading it."""
    say: Callable[[str], None] = nothing
    """Told one line for each event stored and each request refused."""
    worker: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(1, "inbox"))
    """The one thread that decodes bodies and owns the store, so the loop is never held up."""

    def run(self, work: Callable[..., T], *arguments: object) -> Awaitable[T]:
        """Do it in the worker, after what was asked before."""
        return asyncio.get_running_loop().run_in_executor(self.worker, work, *arguments)

    def close(self) -> None:
        """Finish what was asked, and let go of the store."""
        self.worker.shutdown()
        self.store.close()


@stream_request_body
class Handler(RequestHandler):
    """Answers errors in the shape of Sentry's servers; a handler says no by raising Refusal.

    A body is read to its end whatever the answer. Left to itself, Tornado breaks off what is too
    large, which a client in the middle of sending takes for a failure of the network.
    """

    methods = "GET"

    def initialize(self, inbox: Inbox) -> None:
        self.inbox = inbox

    def prepare(self) -> None:
        cast("HTTP1Connection", self.request.connection).set_max_body_size(sys.maxsize)

    def data_received(self, chunk: bytes) -> None:
        """A body that nobody asked for is let go."""

    def set_default_headers(self) -> None:
        self.set_header("X-Content-Type-Options", "nosniff")

    def log_exception(
        self,
        typ: type[BaseException] | None,
        value: BaseException | None,
        tb: TracebackType | None,
    ) -> None:
        if not isinstance(value, Refusal):
            super().log_exception(typ, value, tb)

    def write_error(self, status_code: int, **kwargs: Any) -> None:
        cause = kwargs.get("exc_info", (None, None))[1]
        if not isinstance(cause, Refusal):
            cause = Refusal(status_code, HTTPStatus(status_code).phrase.lower())
        self.refuse(cause)

    def refuse(self, cause: Refusal) -> None:
        """Answer with the refusal, and say so."""
        if cause.status == METHOD_NOT_ALLOWED:
            self.set_header("Allow", self.methods)
        self.set_status(cause.status)
        self.set_header("X-Sentry-Error", header_text(str(cause)))
        self.finish(cause.body)
        self.inbox.say(f"{cause.status} {self.request.method} {self.request.path}: {cause}")


def header_text(text: str) -> str:
    """What a header can carry: printable ASCII, on one line, not endless."""
    plain = text.encode("ascii", "replace").decode()
    return "".join(letter if letter.isprintable() else " " for letter in plain)[:500]


class Reader(Handler):
    """Shows what is stored, which may hold secrets of the program under development.

    No header lets pages of other origins read it; and where only this machine reaches the inbox,
    neither does a host name that somebody else's DNS points here (DNS rebinding).
    """

    def prepare(self) -> None:
        super().prepare()
        name = self.request.host_name
        if self.inbox.is_local and not is_local_name(name):
            cause = f"it listens on the loopback, which is not called {name!r}; see --host"
            self.set_header("Connection", "close")  # as Tornado does, if answered this early
            self.refuse(Refusal(FORBIDDEN, "unknown host", cause))

    def write_json(self, value: object) -> None:
        """Answer with any JSON; Tornado's ``write`` takes objects alone."""
        self.set_header("Content-Type", "application/json; charset=UTF-8")
        self.finish(json.dumps(value, allow_nan=False))


class NotFound(Handler):
    """Whatever is not here."""

    def get(self) -> None:
        known = "POST /api/PROJECT/envelope/ and /store/, GET /api/0/events/"
        raise Refusal(NOT_FOUND, "not found", f"there are {known} and the page /")

    head = post = put = patch = delete = options = get


def is_local_name(host: str) -> bool:
    """True for ``localhost``, names below it, and literal addresses."""
    name = host.lower().strip("[]").rstrip(".")
    if name == "localhost" or name.endswith(".localhost"):
        return True
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True
