"""What one line says of an event. Every function takes any JSON and never fails.

SDKs of all ages and languages send here: a list may come bare or under ``values``, a level as
raven's number, a message under four names (protocol: event payload).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from rookery.inbox.reading import read_time

if TYPE_CHECKING:
    from collections.abc import Mapping

LEVELS = {
    "fatal": "fatal", "critical": "fatal", "50": "fatal",
    "error": "error", "40": "error",
    "warning": "warning", "warn": "warning", "30": "warning",
    "info": "info", "log": "info", "20": "info",
    "debug": "debug", "10": "debug",
}  # fmt: skip
TITLE_LENGTH = 200


@dataclass(frozen=True)
class Summary:
    """What the list of events shows of one."""

    title: str
    culprit: str
    level: str
    timestamp: float | None
    platform: str
    release: str
    environment: str


def summarise(event: Mapping[str, Any]) -> Summary:
    """The line of an event."""
    return Summary(
        title=title(event),
        culprit=culprit(event),
        level=level(event.get("level")),
        timestamp=read_time(event.get("timestamp")),
        platform=text(event.get("platform")),
        release=text(event.get("release")),
        environment=text(event.get("environment")),
    )


def text(value: object) -> str:
    """The value as text; nothing for None."""
    return "" if value is None else str(value)


def level(value: object) -> str:
    """One of ``fatal error warning info debug``; what is not understood is an error."""
    return LEVELS.get(text(value).lower(), "error")


def entries(value: object) -> list[Mapping[str, Any]]:
    """The objects of a list, bare or under ``values``."""
    if isinstance(value, dict):
        value = value.get("values", [value])
    return [entry for entry in value if isinstance(entry, dict)] if isinstance(value, list) else []


def mapping(value: object) -> Mapping[str, Any]:
    """The value if it is an object, else an empty one."""
    return value if isinstance(value, dict) else {}


def exceptions(event: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Oldest first, as they are sent; the one that was caught is the last."""
    return entries(event.get("exception") or event.get("sentry.interfaces.Exception"))


def frames(holder: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The frames of an exception, a thread or an old event; the raising one is the last."""
    return entries(mapping(holder.get("stacktrace")).get("frames"))


def message(event: Mapping[str, Any]) -> str:
    """What was logged: formatted, or the template where the SDK formats nothing."""
    entry = event.get("logentry") or event.get("sentry.interfaces.Message") or event.get("message")
    if isinstance(entry, dict):
        entry = entry.get("formatted") or entry.get("message")
    return text(entry or event.get("message"))


def title(event: Mapping[str, Any]) -> str:
    """``Type: value`` of the exception that was caught, else the message."""
    chain = exceptions(event)
    whole = headline(chain[-1]) if chain else message(event)
    first = whole.strip().splitlines()[:1]
    return first[0][:TITLE_LENGTH] if first else "(no message)"


def headline(exception: Mapping[str, Any]) -> str:
    """``Type: value``, or whichever of the two there is."""
    parts = (text(exception.get("type")), text(exception.get("value")))
    return ": ".join(part for part in parts if part)


def culprit(event: Mapping[str, Any]) -> str:
    """Where it happened: the frame to look at first, else what the SDK says."""
    chain = exceptions(event)
    stack = frames(chain[-1]) if chain else frames(event)
    if stack:
        return place(blamed(stack))
    named = (event.get(name) for name in ("culprit", "transaction", "logger"))
    return next((text(name) for name in named if name), "")


def blamed(stack: list[Mapping[str, Any]]) -> Mapping[str, Any]:
    """The innermost frame of the program itself, else the innermost."""
    own = [frame for frame in stack if frame.get("in_app") is True]
    return (own or stack)[-1]


def place(frame: Mapping[str, Any]) -> str:
    """``file:line in function``."""
    where = text(frame.get("filename") or frame.get("module") or frame.get("abs_path"))
    line = f":{frame['lineno']}" if frame.get("lineno") else ""
    function = frame.get("function")
    return f"{where}{line} in {function}" if function else f"{where}{line}"
