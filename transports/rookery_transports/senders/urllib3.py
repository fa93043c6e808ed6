"""The sender that speaks HTTP through urllib3, for drivers whose sending may block a thread."""

from __future__ import annotations

from typing import TYPE_CHECKING

from urllib3 import exceptions

from rookery.delivery.actions import Answered, Failed, Failure
from rookery.transport.contract import Sender
from rookery_transports.senders.connections import StaleConnection, close_inherited
from rookery_transports.senders.exchange import BODY_LIMIT, OpenConnections, timeout
from rookery_transports.senders.pools import pool_manager

if TYPE_CHECKING:
    import urllib3

    from rookery.delivery.actions import Outcome
    from rookery.transport.contract import Request, Setup

FAILURES: tuple[tuple[type[Exception], Failure], ...] = (
    (exceptions.SSLError, Failure.OTHER),
    (exceptions.ProxyError, Failure.CONNECT),
    (exceptions.NewConnectionError, Failure.CONNECT),
    (exceptions.ConnectTimeoutError, Failure.CONNECT),
    (exceptions.ReadTimeoutError, Failure.READ),
    (exceptions.ProtocolError, Failure.READ),
    (exceptions.HTTPError, Failure.OTHER),
)
"""urllib3's exceptions in our words; the first that fits."""


class Urllib3Sender(Sender):
    """Posts through a pool of connections to one server."""

    def __init__(self, setup: Setup) -> None:
        "".encode("idna")  # loads the codec now: at the first look-up a fork could cut it off
        self.headers = {} if setup.settings.keep_alive else {"Connection": "close"}
        self.manager = pool_manager(setup)
        self.open = OpenConnections(self.manager, self.headers)

    def post(self, request: Request) -> Outcome:
        """Send; again, once, if the server had closed the kept-alive connection meanwhile."""
        try:
            try:
                return self._exchange(request)
            except exceptions.ProtocolError as error:
                if not isinstance(error.args[-1], StaleConnection):
                    raise
                return self._exchange(request)
        except exceptions.HTTPError as error:
            return Failed(failure_of(error), f"{type(error).__name__}: {error}")

    def close(self) -> None:
        """Close the connections that are not in use; the others close after their answer."""
        self.manager.clear()

    def forget(self) -> None:
        """Close the sockets that a parent process opened."""
        close_inherited()

    def _exchange(self, request: Request) -> Answered:
        return self.open.exchange(request) or self._first_exchange(request)

    def _first_exchange(self, request: Request) -> Answered:
        response = self.manager.urlopen(
            "POST",
            request.url,
            body=request.body,
            headers={**request.headers, **self.headers},
            timeout=timeout(request.timeouts),
            retries=False,
            redirect=False,
            preload_content=False,
        )
        return Answered(response.status, dict(response.headers), read(response))


def read(response: urllib3.BaseHTTPResponse) -> bytes:
    """The body, as far as it comes in time; the status, which is known by now, counts anyway."""
    try:
        body = response.read(BODY_LIMIT, decode_content=False)
    except exceptions.HTTPError:
        response.close()
        return b""
    if len(body) < BODY_LIMIT:
        response.release_conn()
    else:
        response.close()
    return body


def failure_of(error: Exception) -> Failure:
    """How far a request came that urllib3 gave up."""
    return next(failure for kind, failure in FAILURES if isinstance(error, kind))
