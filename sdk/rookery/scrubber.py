"""Takes secrets out of events, by the names under which they stand (protocol: privacy).

Rule 1: a value whose key is on a list becomes ``[Filtered]``, with a remark in ``_meta``.
Rule 2: of headers, cookies and parameters of a query the name's words count too: ``accessToken``.
Rule 3: ``user:password@`` is taken out of each URL in a breadcrumb, in ``request``, and in what an
        exception or a message says.

Names are compared whole and in any case, those of headers with ``-`` for ``_``. The processors
that raven had are in :mod:`rookery.sanitizing`, and to be had from here.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any, cast

from rookery.event.noted import REMOVED, NotedDict
from rookery.event.scrubbing import (
    DEFAULT_DENYLIST,
    DEFAULT_PII_DENYLIST,
    SECRET,
    gives_away,
    without_credentials,
    without_secrets,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from rookery.types import Event

PROCESSORS = (
    "RemovePostDataProcessor",
    "RemoveStackLocalsProcessor",
    "SanitizeKeysProcessor",
    "SanitizePasswordsProcessor",
)
__all__ = ["DEFAULT_DENYLIST", "DEFAULT_PII_DENYLIST", "EventScrubber"]


def __getattr__(name: str) -> Any:
    if name in PROCESSORS:  # loaded by those who use them
        return getattr(import_module("rookery.sanitizing"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


class EventScrubber:
    """Filters the values of an event whose keys are on one of its lists.

    ``pii_denylist`` holds while ``send_default_pii`` is false. ``recursive``: in maps and lists
    inside of ``extra``, variables, and so on, too; else at their top level alone.
    """

    def __init__(
        self,
        denylist: Iterable[str] | None = None,
        recursive: bool = False,
        send_default_pii: bool = False,
        pii_denylist: Iterable[str] | None = None,
    ) -> None:
        self.denylist = list(DEFAULT_DENYLIST if denylist is None else denylist)
        if not send_default_pii:
            self.denylist += DEFAULT_PII_DENYLIST if pii_denylist is None else pii_denylist
        self.denylist = [name.lower() for name in self.denylist]
        self.recursive = recursive
        self.names = frozenset(self.denylist)
        self._of_headers = frozenset(name.replace("-", "_") for name in self.names)

    def scrub_event(self, event: Event) -> None:
        """Filter the event, which is changed. What is not built as an event is left alone."""
        whole = cast("dict[str, Any]", event)
        self.scrub_request(event)
        self.scrub_extra(event)
        self.scrub_user(event)
        self.scrub_breadcrumbs(event)
        self.scrub_messages(event)
        self.scrub_frames(event)
        self.scrub_spans(event)
        contexts = _dict(whole, "contexts")
        if contexts is not None:
            self.scrub_dict(_dict(_dict(contexts, "trace"), "data"))

    def scrub_dict(self, held: object) -> None:
        """Filter a mapping."""
        if isinstance(held, dict):
            names = self.names  # in this loop a call for each key would be felt
            for key in [k for k in held if isinstance(k, str) and k.lower() in names]:
                held[key] = SECRET
            if self.recursive:
                for value in held.values():
                    self.scrub_dict(value)
        elif isinstance(held, list) and self.recursive:
            self.scrub_list(held)

    def scrub_list(self, held: object) -> None:
        """Filter the mappings in a list, and in the lists in it."""
        for value in held if isinstance(held, list) else ():
            if isinstance(value, list):
                self.scrub_list(value)
            else:
                self.scrub_dict(value)

    def scrub_request(self, event: Event) -> None:
        """Headers, cookies, query, body, environment and URL."""
        request = _dict(event, "request")
        if request is None:
            return
        for part in ("headers", "cookies", "env", "query_string"):
            self._scrub_collected(request, part)
        self.scrub_dict(request.get("data"))
        body = request.get("data")
        if isinstance(body, str) and "=" in body and body[:1] not in "{[":
            request["data"] = without_secrets(body, self._is_secret)
        url = request.get("url")
        if isinstance(url, str):
            request["url"] = without_secrets(without_credentials(url), self._is_giveaway)

    def scrub_extra(self, event: Event) -> None:
        """What the program attached."""
        self.scrub_dict(event.get("extra"))

    def scrub_user(self, event: Event) -> None:
        """Who it was. An address is taken away: the server accepts nothing else in its place."""
        user = _dict(event, "user")
        if user is None:
            return
        address = user.get("ip_address")
        if address is not None and "ip_address" in self.names and address != "{{auto}}":
            left = {key: value for key, value in user.items() if key != "ip_address"}
            user = NotedDict(left, None, {"ip_address": REMOVED})
            cast("dict[str, Any]", event)["user"] = user
        self.scrub_dict(user)
        self.scrub_dict(user.get("data"))

    def scrub_breadcrumbs(self, event: Event) -> None:
        """Their data, and the URLs in them."""
        for crumb in entries_of(event, "breadcrumbs"):
            message, data = crumb.get("message"), crumb.get("data")
            if isinstance(message, str):
                crumb["message"] = without_credentials(message)
            if isinstance(data, dict):
                self.scrub_dict(data)
                self._scrub_urls(data)

    def scrub_messages(self, event: Event) -> None:
        """The URLs in what exceptions and messages say."""
        said: list[tuple[dict[str, Any], str]] = [
            (entry, "value") for entry in entries_of(event, "exception")
        ]
        entry = _dict(event, "logentry") or {}
        for at, key in (*said, (entry, "formatted"), (entry, "message")):
            if isinstance(at.get(key), str):
                at[key] = without_credentials(at[key])

    def scrub_frames(self, event: Event) -> None:
        """Local variables."""
        for section in ("exception", "threads"):
            for entry in entries_of(event, section):
                for frame in entries_of(entry, "stacktrace", "frames"):
                    self.scrub_dict(frame.get("vars"))

    def scrub_spans(self, event: Event) -> None:
        """The data of spans."""
        for span in entries_of(event, "spans"):
            self.scrub_dict(span.get("data"))

    def _scrub_urls(self, data: dict[str, Any]) -> None:
        for key, value in data.items():
            if isinstance(value, str):
                if key in ("http.query", "query"):
                    data[key] = without_secrets(value, self._is_giveaway)
                elif "://" in value:
                    data[key] = without_secrets(without_credentials(value), self._is_giveaway)

    def _scrub_collected(self, request: dict[str, Any], part: str) -> None:
        """A part of a request that is a text, a mapping or a list of pairs."""
        held = request.get(part)
        if isinstance(held, str):
            request[part] = without_secrets(held, self._is_giveaway)
        elif isinstance(held, dict):
            for key in [key for key, value in held.items() if value and self._is_giveaway(key)]:
                held[key] = SECRET
        elif isinstance(held, list):
            request[part] = [self._pair(pair, part == "cookies") for pair in held]

    def _pair(self, pair: Any, is_cookie: bool) -> Any:
        """A pair without its secret. A cookie without a name may be one altogether."""
        if not isinstance(pair, list) or len(pair) != 2:
            return pair
        if is_cookie and pair[1] == "" and self.names:
            return [SECRET, ""]
        return [pair[0], SECRET] if self._is_giveaway(pair[0]) else pair

    def _is_secret(self, key: object) -> bool:
        return isinstance(key, str) and key.lower() in self.names

    def _is_giveaway(self, key: object) -> bool:
        if not isinstance(key, str) or not self.names:
            return False
        lower = key.lower()
        return lower in self.names or lower.replace("-", "_") in self._of_headers or gives_away(key)


def secrets_of(scrubber: object) -> frozenset[str]:
    """The names of variables that need not even be read, if this scrubber is the one to come."""
    return scrubber.names if isinstance(scrubber, EventScrubber) else frozenset()


def _dict(held: Any, key: str) -> dict[str, Any] | None:
    value = held.get(key) if isinstance(held, dict) else None
    return value if isinstance(value, dict) else None


def entries_of(held: Any, key: str, inner: str = "values") -> Iterator[dict[str, Any]]:
    """The mappings in a list, which may stand under a key of its own."""
    value = held.get(key) if isinstance(held, dict) else None
    found = value.get(inner) if isinstance(value, dict) else value
    yield from (
        each for each in (found if isinstance(found, list) else ()) if isinstance(each, dict)
    )
