"""Event processors that take things out of events, as raven's processors did.

Each is called with an event and its hint, as an event processor or as ``before_send``, and returns
the event::

    rookery.init(dsn, before_send=SanitizeKeysProcessor(["card", "iban"]))
    rookery.get_global_scope().add_event_processor(RemoveStackLocalsProcessor())
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from rookery.event.noted import REMOVED, REPLACED, NotedDict, NotedText
from rookery.scrubber import entries_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

MASK = "********"
_CARD = re.compile(r"^(?:\d[ -]*?){13,16}$")


class Processor:
    """Hands each part of an event to the method that is named after it."""

    def __call__(self, event: Any, _hint: Mapping[str, Any] | None = None) -> Any:
        """The event, which is changed."""
        return self.process(event)

    def process(self, data: Any) -> Any:
        """The event, which is changed."""
        for section in ("exception", "threads"):
            for entry in entries_of(data, section):
                if isinstance(entry.get("stacktrace"), dict):
                    self.filter_stacktrace(entry["stacktrace"])
        if isinstance(data.get("request"), dict):
            data["request"] = self.filter_http(data["request"])
        if isinstance(data.get("extra"), dict):
            data["extra"] = self.filter_extra(data["extra"])
        return data

    def filter_stacktrace(self, stacktrace: dict[str, Any]) -> None:
        """Change a stack in place."""

    def filter_http(self, request: dict[str, Any]) -> dict[str, Any]:
        """The request as it may be sent."""
        return request

    def filter_extra(self, extra: dict[str, Any]) -> dict[str, Any]:
        """What was attached, as it may be sent."""
        return extra


class RemovePostDataProcessor(Processor):
    """Takes away the bodies of requests."""

    def filter_http(self, request: dict[str, Any]) -> dict[str, Any]:
        """The request without its body."""
        left: dict[str, Any] = _without(request, "data")
        return left


class RemoveStackLocalsProcessor(Processor):
    """Takes away the variables of frames."""

    def filter_stacktrace(self, stacktrace: dict[str, Any]) -> None:
        """Drop ``vars``."""
        frames = stacktrace.get("frames") or []
        stacktrace["frames"] = [_without(frame, "vars") for frame in frames]


class SanitizeKeysProcessor(Processor):
    """Masks each value whose key contains one of ``keys``, in any case."""

    def __init__(self, keys: Iterable[str]) -> None:
        self.keys = tuple(key.lower() for key in keys)

    def sanitize(self, key: object, value: Any) -> Any:
        """The value, or its mask. None stays None."""
        if value is None or not isinstance(key, str):
            return value
        named = any(each in key.lower() for each in self.keys)
        return NotedText(MASK, REPLACED) if named else value

    def filter_stacktrace(self, stacktrace: dict[str, Any]) -> None:
        """Mask variables."""
        for frame in stacktrace.get("frames") or ():
            if isinstance(frame, dict) and "vars" in frame:
                frame["vars"] = self.masked(frame["vars"])

    def filter_http(self, request: dict[str, Any]) -> dict[str, Any]:
        """Mask the body, cookies, headers, environment and query."""
        for part in ("data", "cookies", "headers", "env", "query_string"):
            if part in request:
                request[part] = self._part(request[part], ";" if part == "cookies" else "&")
        headers = request.get("headers")
        for name in [name for name in headers or () if str(name).lower() == "cookie"]:
            if isinstance(headers, dict):
                headers[name] = self._part(headers[name], ";")
        return request

    def filter_extra(self, extra: dict[str, Any]) -> dict[str, Any]:
        """Mask what was attached."""
        masked: dict[str, Any] = self.masked(extra)
        return masked

    def masked(self, value: Any, key: object = None) -> Any:
        """The value with masks in it, all the way down."""
        if isinstance(value, dict):
            for name in list(value):
                value[name] = self.masked(self.sanitize(name, value[name]), name)
            return value
        if isinstance(value, list):
            value[:] = [self.masked(each, key) for each in value]
            return value
        return self.sanitize(key, value)

    def _part(self, held: Any, delimiter: str) -> Any:
        if isinstance(held, str) and "=" in held:
            return self._text(held, delimiter)
        if isinstance(held, list):  # of pairs
            return [self._pair(each) for each in held]
        return self.masked(held)

    def _pair(self, held: Any) -> Any:
        if isinstance(held, list) and len(held) == 2:
            return [held[0], self.masked(self.sanitize(held[0], held[1]), held[0])]
        return self.masked(held)

    def _text(self, text: str, delimiter: str) -> str:
        """A text of ``key=value`` parts."""
        parts = [part.partition("=") for part in text.split(delimiter)]
        told = delimiter.join(
            f"{key}{sign}{self.sanitize(key.strip(), value) if sign else value}"
            for key, sign, value in parts
        )
        return text if told == text else NotedText(told, REPLACED)


class SanitizePasswordsProcessor(SanitizeKeysProcessor):
    """Masks what is named like a password, and what looks like the number of a credit card."""

    KEYS = (
        "password",
        "secret",
        "passwd",
        "authorization",
        "api_key",
        "apikey",
        "sentry_dsn",
        "access_token",
    )

    def __init__(self, keys: Iterable[str] = KEYS) -> None:
        super().__init__(keys)

    def sanitize(self, key: object, value: Any) -> Any:
        """As :meth:`SanitizeKeysProcessor.sanitize`, and by the value's own looks."""
        if isinstance(value, (str, int)) and _CARD.match(str(value).strip("'\"")):
            return NotedText(MASK, REPLACED)
        return super().sanitize(key, value)


def _without(held: Any, key: str) -> Any:
    if not isinstance(held, dict) or key not in held:
        return held
    left = {name: value for name, value in held.items() if name != key}
    return NotedDict(left, getattr(held, "note", None), {key: REMOVED})
