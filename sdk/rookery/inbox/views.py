"""From an event to what its page shows. Pure; takes any JSON, as :mod:`rookery.inbox.summary`."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from rookery.inbox.reading import read_time, write_time
from rookery.inbox.summary import (
    blamed,
    entries,
    exceptions,
    frames,
    headline,
    level,
    mapping,
    message,
    place,
    text,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rookery.inbox.store import StoredEvent

Pairs = list[tuple[str, str]]
TABLES = ("user", "request", "extra")
"""Top-level objects that are shown as tables, besides contexts."""


@dataclass(frozen=True)
class SourceLine:
    """A line of source code, and whether it is the one that was running."""

    number: int | None
    text: str
    is_current: bool = False


@dataclass(frozen=True)
class FrameView:
    """A frame: where, its source, its variables. ``is_open``: shown at once."""

    place: str
    module: str
    is_own: bool
    is_open: bool
    source: list[SourceLine]
    variables: Pairs


@dataclass(frozen=True)
class ExceptionView:
    """An exception, the innermost frame first."""

    headline: str
    notes: list[str]
    is_unhandled: bool
    frames: list[FrameView]


@dataclass(frozen=True)
class CrumbView:
    """A breadcrumb on one line."""

    time: str
    category: str
    level: str
    message: str
    data: str


@dataclass(frozen=True)
class EventView:
    """An event page. ``exceptions``: the one that was caught first, then what it came from."""

    facts: Pairs
    message: str
    exceptions: list[ExceptionView]
    stacks: list[tuple[str, list[FrameView]]]
    crumbs: list[CrumbView]
    tags: Pairs
    tables: list[tuple[str, Pairs]]
    modules: Pairs
    items: Pairs
    raw: str


def event_view(stored: StoredEvent) -> EventView:
    """Everything that the page of an event shows."""
    event = stored.content
    return EventView(
        facts=facts(stored),
        message=message(event),
        exceptions=[exception_view(entry) for entry in reversed(exceptions(event))],
        stacks=list(stacks(event)),
        crumbs=[crumb_view(crumb) for crumb in entries(event.get("breadcrumbs"))],
        tags=pairs(event.get("tags")),
        tables=tables(event),
        modules=pairs(event.get("modules")),
        items=[(item.type, item_facts(item.headers, item.payload)) for item in stored.items],
        raw=json.dumps(event, indent=2, ensure_ascii=False),
    )


def facts(stored: StoredEvent) -> Pairs:
    """What is known of an event in a word each; what is unknown is left out."""
    line, event = stored.line, stored.content
    sdk = mapping(event.get("sdk"))
    happened = line.summary.timestamp
    known = {
        "event id": line.event_id,
        "project": line.project,
        "happened": write_time(happened) if happened is not None else "",
        "stored": write_time(line.received),
        "platform": line.summary.platform,
        "environment": line.summary.environment,
        "release": line.summary.release,
        "dist": text(event.get("dist")),
        "server": text(event.get("server_name")),
        "transaction": text(event.get("transaction")),
        "logger": text(event.get("logger")),
        "sdk": " ".join(filter(None, (text(sdk.get("name")), text(sdk.get("version"))))),
        "client": text(stored.client),
    }
    return [(name, value) for name, value in known.items() if value]


def exception_view(exception: Mapping[str, Any]) -> ExceptionView:
    """One exception of the chain."""
    mechanism = mapping(exception.get("mechanism"))
    views = frame_views(exception)
    notes = [
        text(exception.get("module")),
        f"mechanism {mechanism['type']}" if mechanism.get("type") else "",
        "innermost call first" if len(views) > 1 else "",
    ]
    return ExceptionView(
        headline=headline(exception),
        notes=[note for note in notes if note],
        is_unhandled=mechanism.get("handled") is False,
        frames=views,
    )


def stacks(event: Mapping[str, Any]) -> list[tuple[str, list[FrameView]]]:
    """The stacks of threads, and of an event of the old form."""
    named = [(thread_name(thread), frame_views(thread)) for thread in entries(event.get("threads"))]
    return [(name, views) for name, views in [*named, ("stack", frame_views(event))] if views]


def thread_name(thread: Mapping[str, Any]) -> str:
    """``thread NAME``, or its number, or nothing more."""
    return f"thread {text(thread.get('name') or thread.get('id'))}".strip()


def frame_views(holder: Mapping[str, Any]) -> list[FrameView]:
    """The innermost first; the one to look at first is open."""
    stack = frames(holder)
    first = blamed(stack) if stack else None
    return [frame_view(frame, is_open=frame is first) for frame in reversed(stack)]


def frame_view(frame: Mapping[str, Any], *, is_open: bool) -> FrameView:
    """One frame."""
    return FrameView(
        place=place(frame),
        module=text(frame.get("module")),
        is_own=frame.get("in_app") is True,
        is_open=is_open,
        source=source(frame),
        variables=pairs(frame.get("vars")),
    )


def source(frame: Mapping[str, Any]) -> list[SourceLine]:
    """The line that was running between those around it; none if the SDK sent none."""
    if frame.get("context_line") is None:
        return []
    before, after = lines(frame.get("pre_context")), lines(frame.get("post_context"))
    number = frame.get("lineno")
    first = number - len(before) if isinstance(number, int) else None
    whole = [*before, text(frame["context_line"]), *after]
    return [
        SourceLine(None if first is None else first + index, line, index == len(before))
        for index, line in enumerate(whole)
    ]


def lines(value: object) -> list[str]:
    """The texts of a list."""
    return [text(line) for line in value] if isinstance(value, list) else []


def crumb_view(crumb: Mapping[str, Any]) -> CrumbView:
    """One breadcrumb."""
    when = read_time(crumb.get("timestamp"))
    return CrumbView(
        time=write_time(when)[11:23] if when is not None else "",
        category=text(crumb.get("category") or crumb.get("type")),
        level=level(crumb.get("level") or "info"),
        message=text(crumb.get("message")),
        data=shown(crumb["data"]) if crumb.get("data") else "",
    )


def tables(event: Mapping[str, Any]) -> list[tuple[str, Pairs]]:
    """User, request, extra, and each context."""
    named = [(name, event.get(name)) for name in TABLES]
    contexts = mapping(event.get("contexts")).items()
    titled = [(name, pairs(value)) for name, value in [*named, *contexts]]
    return [(name, rows) for name, rows in titled if rows]


def pairs(value: object) -> Pairs:
    """The rows of a table: of an object, or of a list of pairs."""
    if isinstance(value, dict):
        return [(name, shown(one)) for name, one in value.items()]
    if isinstance(value, list):
        return [
            (text(pair[0]), shown(pair[1]))
            for pair in value
            if isinstance(pair, list) and len(pair) == 2
        ]
    return []


def shown(value: object) -> str:
    """Text as it is, all else as JSON."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def item_facts(headers: Mapping[str, Any], payload: bytes) -> str:
    """An item on one line."""
    named = [text(headers.get(name)) for name in ("filename", "content_type")]
    return ", ".join(filter(None, [*named, f"{len(payload)} bytes"]))
