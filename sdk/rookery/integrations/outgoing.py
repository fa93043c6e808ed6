"""Outgoing HTTP requests: the breadcrumb that each leaves, and the headers that carry the trace.

Rule 1: one crumb per exchange of a request and its answer, when the exchange ends; a redirection
        is an exchange of its own. One that fails leaves a crumb without a status.
Rule 2: neither what a transport does nor what goes to the DSN's server leaves anything.
Rule 3: credentials are taken out of URLs; query and fragment are told apart from them, and of the
        query no value whose name is a secret's (protocol: breadcrumbs, privacy).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import urlsplit

from rookery.breadcrumbs import breadcrumb
from rookery.event.scrubbing import FILTERED, is_secret
from rookery.harmless import harmless
from rookery.integrations import Integration, active
from rookery.propagation import merged_baggage
from rookery.scopes import get_current_scope, get_isolation_scope
from rookery.transport.contract import NOTHING
from rookery.transport.guard import is_delivering

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, MutableMapping

    from rookery.client import Client
    from rookery.types import Level

SENTRY_TRACE, BAGGAGE = "sentry-trace", "baggage"


class Exchange(NamedTuple):
    """A request that is on its way."""

    client: Client
    method: str
    url: str

    @harmless({})
    def headers(self, present: Callable[[str], str | None]) -> Mapping[str, str]:
        """What is to be added to the headers that are ``present``; they are asked for by name.

        A request that carries a trace already keeps it. Members that others have put into
        ``baggage`` are kept, in the value that is to replace theirs.
        """
        if present(SENTRY_TRACE) is not None:
            return {}
        told = dict(get_current_scope().propagation_headers(self.url))
        theirs = present(BAGGAGE)
        if theirs and BAGGAGE in told:
            told[BAGGAGE] = merged_baggage(theirs, told[BAGGAGE])
        return told

    @harmless(None)
    def ended(self, status: int | None, reason: str | None, hint: Mapping[str, Any] = {}) -> None:
        """Leave the crumb; without a status ``reason`` says what went wrong."""
        crumb = breadcrumb(
            {
                "type": "http",
                "category": "http",
                "level": level_of(status),
                "data": {
                    **told_of(self.url, self.client.options["data_collection"] or NOTHING),
                    "http.request.method": self.method,
                    **({} if status is None else {"http.response.status_code": status}),
                    **({"reason": reason} if reason else {}),
                },
            }
        )
        get_isolation_scope().keep_breadcrumb(self.client, crumb, dict(hint))  # type: ignore[arg-type]  # hints are open

    def failed(self, error: BaseException) -> None:
        """Leave the crumb of a request that had no answer."""
        self.ended(None, type(error).__name__)


Placed = dict[str, "str | None"]
"""Headers that were added, and what stood in their place."""


@harmless({})
def place_headers(exchange: Exchange, headers: MutableMapping[str, str]) -> Placed:
    """Add the trace to headers that can be looked up in any case."""
    told = exchange.headers(headers.get)
    before = {name: headers.get(name) for name in told}
    headers.update(told)
    return before


@harmless(None)
def take_headers_back(placed: Placed, headers: MutableMapping[str, str]) -> None:
    """Leave the program its headers as it has made them; a redirection may go elsewhere."""
    for name, before in placed.items():
        if before is None:
            headers.pop(name, None)
        else:
            headers[name] = before


@harmless(None)
def begun(kind: type[Integration], method: str, url: str) -> Exchange | None:
    """The exchange that begins; None if nothing is to be made of it."""
    found = None if is_delivering() else active(kind)
    if found is None or is_own_server(found[0], url):
        return None
    return Exchange(found[0], method.upper(), url)


def is_own_server(client: Client, url: str) -> bool:
    """Whether the request goes to the DSN's host: at its port, if the DSN names one."""
    dsn = client.dsn
    if dsn is None:
        return False
    parts = urlsplit(url)
    return parts.hostname == dsn.host.lower() and dsn.port in (None, parts.port)


def level_of(status: int | None) -> Level:
    """The level of the crumb: the client's fault is a warning."""
    if status is None or status >= 500:
        return "error"
    return "warning" if status >= 400 else "info"


def told_of(url: str, collection: Mapping[str, Any] = NOTHING) -> dict[str, str]:
    """The parts of a URL, without its secrets; ``collection`` may say more of its query."""
    parts = urlsplit(url)
    told = {"url": without_credentials(parts._replace(query="", fragment="").geturl())}
    rule = collection.get("url_query_params", NOTHING)
    if parts.query and rule.get("mode") != "off":
        pairs = parts.query.split("&")
        told["http.query"] = "&".join(_without_secret(pair, rule) for pair in pairs)
    if parts.fragment:
        told["http.fragment"] = parts.fragment
    return told


def without_credentials(text: str) -> str:
    """``scheme://user:password@host`` as ``scheme://[Filtered]:[Filtered]@host``."""
    scheme, mark, rest = text.partition("://")
    authority, at, _ = rest.partition("/")[0].rpartition("@")
    if not (mark and at):
        return text
    return f"{scheme}://{FILTERED}:{FILTERED}@{rest[len(authority) + 1 :]}"


def _without_secret(pair: str, rule: Mapping[str, Any]) -> str:
    name, equals, _ = pair.partition("=")
    return f"{name}={FILTERED}" if equals and _is_hidden(name, rule) else pair


def _is_hidden(name: str, rule: Mapping[str, Any]) -> bool:
    """Whether the value is a secret's, or ``data_collection`` does not want it told."""
    is_named = any(term in name.lower() for term in rule.get("terms", ()))
    return is_secret(name) or is_named != (rule.get("mode") == "allowlist")
