"""The sender that speaks HTTP through requests, for drivers whose sending may block a thread.

Rule 1: requests settles what a request says (headers, authentication, hooks of a session of the
        user's); the connection is that of :mod:`~rookery_transports.senders.urllib3`, so that every
        setting means the same.
Rule 2: nothing is read from the environment, and nothing tried again, by requests itself.
"""

from __future__ import annotations

from http.cookiejar import DefaultCookiePolicy
from typing import TYPE_CHECKING, Any

import requests
from requests.adapters import HTTPAdapter
from requests.utils import select_proxy  # noqa: F401 - loaded now: a fork could cut it off later
from urllib3 import HTTPConnectionPool, ProxyManager, exceptions

from rookery.delivery.actions import Answered, Failed
from rookery.transport.contract import Sender
from rookery_transports.senders import exchange, urllib3
from rookery_transports.senders.connections import StaleConnection, close_inherited
from rookery_transports.senders.pools import pool_manager

if TYPE_CHECKING:
    from rookery.delivery.actions import Outcome
    from rookery.transport.contract import Request, Setup


class OwnConnections(HTTPAdapter):
    """requests on a pool of our own making, whose proxy and TLS are settled."""

    def __init__(self, pool: Any) -> None:
        super().__init__(max_retries=0)
        self.poolmanager = pool
        self.asks_by_url = isinstance(pool, ProxyManager)

    def init_poolmanager(self, *_: Any, **__: Any) -> None:
        """None but the one that was given."""

    def get_connection_with_tls_context(
        self, request: requests.PreparedRequest, *_: Any, **__: Any
    ) -> HTTPConnectionPool:
        """The pool of the server, or of the proxy in front of it."""
        pool: HTTPConnectionPool = self.poolmanager.connection_from_url(str(request.url))
        return pool

    def cert_verify(self, *_: Any, **__: Any) -> None:
        """Nothing to do: the context of the pool decides."""

    def request_url(self, request: requests.PreparedRequest, _: Any) -> str:
        """The path; for a proxy that speaks HTTP with us the whole address (RFC 9112 3.2.2)."""
        is_plain = str(request.url).lower().startswith("http:")
        return str(request.url) if self.asks_by_url and is_plain else str(request.path_url)


class RequestsSender(Sender):
    """Posts through a session, which is the user's if there is one."""

    def __init__(self, setup: Setup, session: requests.Session | None = None) -> None:
        "".encode("idna")  # loads the codec now: at the first look-up a fork could cut it off
        self.headers = {} if setup.settings.keep_alive else {"Connection": "close"}
        self.session = bare_session() if session is None else session
        pool = pool_manager(setup)
        self.adapter = OwnConnections(pool)
        self.session.mount(setup.dsn.envelope_url, self.adapter)

    def post(self, request: Request) -> Outcome:
        """Send; again, once, if the server had closed the kept-alive connection meanwhile."""
        try:
            try:
                return self._exchange(request)
            except requests.ConnectionError as error:
                if not isinstance(reason_of(error).args[-1], StaleConnection):
                    raise
                return self._exchange(request)
        except (requests.RequestException, exceptions.HTTPError) as error:
            reason = reason_of(error)
            if not isinstance(reason, exceptions.HTTPError):
                raise  # what the session was told makes no request
            return Failed(urllib3.failure_of(reason), f"{type(reason).__name__}: {reason}")

    def close(self) -> None:
        """Close the connections; a session of the user's stays open for others."""
        self.adapter.close()

    def forget(self) -> None:
        """Close the sockets that a parent process opened, and give up a lock it may have held."""
        close_inherited()
        self.session.cookies = self.session.cookies.copy()

    def _exchange(self, request: Request) -> Answered:
        timeout: Any = exchange.timeout(request.timeouts)  # it takes urllib3's own
        response = self.session.post(
            request.url,
            data=request.body,
            headers={**request.headers, **self.headers},
            timeout=timeout,
            allow_redirects=False,
            stream=True,
        )
        return Answered(response.status_code, dict(response.headers), urllib3.read(response.raw))


def bare_session() -> requests.Session:
    """A session that adds nothing: no headers, no cookies, nothing of the environment's."""
    session = requests.Session()
    session.trust_env = False
    session.headers.clear()
    session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=()))
    return session


def reason_of(error: Exception) -> Exception:
    """What urllib3 said, in whatever requests has wrapped it."""
    inner = error.args[0] if error.args and isinstance(error.args[0], Exception) else error
    reason = getattr(inner, "reason", None)
    return reason if isinstance(reason, Exception) else inner
