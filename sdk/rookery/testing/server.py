"""A loopback server that does to each request what a script says, and records it.

::

    with ScriptedServer() as server:
        server.script((429, {"Retry-After": "60"}), "reset", 200)
        rookery.init(server.dsn)
        ...
        server.wait_for(2)
        assert server.events[0]["level"] == "error"

Steps are taken in the order in which requests arrive; afterwards everything is accepted, as a
server of the Sentry kind does. What steps there are says :mod:`rookery.testing.answers`.
"""

from __future__ import annotations

import socket
import threading
from collections import deque
from itertools import count
from typing import TYPE_CHECKING, Any, Literal

from rookery.testing.answers import Answer, Mishap, to_step
from rookery.testing.http1 import Wire
from rookery.testing.listener import LOOPBACK, Listener
from rookery.testing.recorded import RecordedRequest, client_certificate

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from types import TracebackType

    from typing_extensions import Self

    from rookery.envelope import Envelope
    from rookery.testing.answers import Step
    from rookery.testing.certificates import CertificateKind
    from rookery.testing.http1 import Head

PUBLIC_KEY = "0123456789abcdef0123456789abcdef"
PROJECT = "42"
PATIENCE = 10.0
"""Seconds that :meth:`ScriptedServer.wait_for` waits before it calls that a failure."""
Scheme = Literal["http", "https"]


class ScriptedServer(Listener):
    """A server on the loopback. ``certificate`` and the like matter for ``https`` alone."""

    def __init__(
        self,
        scheme: Scheme = "http",
        *,
        certificate: CertificateKind = "good",
        demands_client_certificate: bool = False,
        requests_per_connection: int | None = None,
    ) -> None:
        super().__init__()
        self.scheme = scheme
        self.requests_per_connection = requests_per_connection
        """After so many, a connection is closed without notice. None: it is kept."""
        self.accepts = Answer()
        """What is answered when the script is at its end."""
        self.refused_handshakes: list[str] = []
        """TLS handshakes that failed, as this side saw them."""
        self.busiest = 0
        """The most requests that waited for their answers at once."""
        self._tls = None
        if scheme == "https":
            from rookery.testing.certificates import server_context

            self._tls = server_context(certificate, demands_client_certificate)
        self._changed = threading.Condition()
        self._script: deque[Answer | Mishap] = deque()
        self._requests: list[RecordedRequest] = []
        self._numbers = count(1)
        self._in_flight = 0
        self._permits: int | None = None
        self._go_on = threading.Event()

    @property
    def url(self) -> str:
        """The origin, e.g. ``http://127.0.0.1:40001``."""
        return f"{self.scheme}://{self.host}:{self.port}"

    @property
    def dsn(self) -> str:
        return dsn(self.scheme, self.port)

    @property
    def requests(self) -> tuple[RecordedRequest, ...]:
        """Every request received, in order; those that were hung up on are not among them."""
        return tuple(self._requests)

    @property
    def envelopes(self) -> list[Envelope]:
        """The envelopes of all requests."""
        return [request.envelope for request in self.requests]

    @property
    def events(self) -> list[Mapping[str, Any]]:
        """The events of all envelopes that have one."""
        events = (envelope.event for envelope in self.envelopes)
        return [event for event in events if event is not None]

    @property
    def steps_left(self) -> int:
        """Steps of the script that no request has come to yet."""
        return len(self._script)

    def script(self, *steps: Step) -> None:
        """Do this with the next requests, in this order."""
        settled = [to_step(step) for step in steps]
        with self._changed:
            self._script.extend(settled)

    def hold(self) -> None:
        """Receive requests, and keep their answers back until :meth:`release`."""
        with self._changed:
            self._permits = 0

    def release(self, answers: int | None = None) -> None:
        """Let so many answers go which :meth:`hold` keeps back; without a count, all."""
        with self._changed:
            self._permits = None if answers is None else (self._permits or 0) + answers
            self._changed.notify_all()

    def go_on(self) -> None:
        """Let stalled and slow connections end."""
        self._go_on.set()

    def close(self) -> None:
        """End every connection and every thread. Harmless a second time."""
        self.go_on()
        with self._changed:
            self._permits = None
            self._changed.notify_all()
        super().close()

    def wait_for(
        self, what: int | Callable[[], object], timeout: float = PATIENCE, why: str = ""
    ) -> None:
        """Wait for so many requests, or for a condition that requests bring about.

        Raises ``AssertionError`` after ``timeout`` seconds.
        """
        is_met = (lambda: len(self._requests) >= what) if isinstance(what, int) else what
        with self._changed:
            met = self._changed.wait_for(is_met, timeout)
        if not met:
            wanted = f"{what} requests" if isinstance(what, int) else why or "what was waited for"
            raise AssertionError(f"{wanted}: not within {timeout} s; received {self._requests}")

    def serve(self, connection: socket.socket) -> None:
        """Take requests from one connection until either side ends it."""
        number = next(self._numbers)
        wire = Wire(self._secured(connection))
        try:
            served = 0
            while served != self.requests_per_connection and self._take_one(wire, number):
                served += 1
        finally:
            self.let_go(wire.socket)

    def _secured(self, connection: socket.socket) -> socket.socket:
        if self._tls is None:
            return connection
        secured = self._tls.wrap_socket(connection, server_side=True, do_handshake_on_connect=False)
        self.track(secured)
        try:
            secured.do_handshake()
        except OSError as error:
            self.refused_handshakes.append(str(error))
            self.let_go(secured)
            raise
        return secured

    def _take_one(self, wire: Wire, number: int) -> bool:
        """Serve one request; whether the connection can carry another."""
        if not wire.wait_for_a_byte():
            return False
        step = self._next_step()
        head = wire.read_head()
        body = wire.read_body(head.headers)
        if isinstance(step, Answer) or step.is_received:
            self._record(head, body, wire, number)
            self._await_permit()
        if isinstance(step, Mishap):
            step.act(wire, self._go_on)
            return False
        wire.socket.sendall(bytes(step))
        return not (step.closes or head.headers.get("Connection", "").lower() == "close")

    def _next_step(self) -> Answer | Mishap:
        with self._changed:
            return self._script.popleft() if self._script else self.accepts

    def _record(self, head: Head, body: bytes, wire: Wire, number: int) -> None:
        request = RecordedRequest(
            head.method, head.target, head.headers, body, number, client_certificate(wire.socket)
        )
        with self._changed:
            self._requests.append(request)
            self._in_flight += 1
            self.busiest = max(self.busiest, self._in_flight)
            self._changed.notify_all()

    def _await_permit(self) -> None:
        with self._changed:
            self._changed.wait_for(lambda: self._permits != 0)
            if self._permits is not None:
                self._permits -= 1
            self._in_flight -= 1


class RefusingServer:
    """A loopback port that nobody listens on, kept from others as long as this is open."""

    def __init__(self, scheme: Scheme = "http") -> None:
        self._bound = socket.socket()
        self._bound.bind((LOOPBACK, 0))
        self.port: int = self._bound.getsockname()[1]
        self.dsn = dsn(scheme, self.port)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._bound.close()


def dsn(scheme: Scheme, port: int) -> str:
    """The DSN of a project on the loopback."""
    return f"{scheme}://{PUBLIC_KEY}@{LOOPBACK}:{port}/{PROJECT}"
