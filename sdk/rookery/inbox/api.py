"""What is stored, as JSON: for tests, scripts and pages."""

from __future__ import annotations

import base64
from dataclasses import asdict
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from rookery.inbox.handlers import Handler, Reader
from rookery.inbox.reading import read_id, read_json, write_time
from rookery.inbox.refusals import BAD_REQUEST, NOT_FOUND, Refusal
from rookery.version import VERSION

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rookery.inbox.store import Line, StoredEvent, StoredItem

DEFAULT_LIMIT = 100
MOST = 1000
BIGGEST_INTEGER = 2**63 - 1
"""SQLite's."""


class Listing(Reader):
    """What the lists have in common: ``?limit=&before=``, and a link to the next page."""

    def page(self) -> tuple[int | None, int]:
        """``before`` (the sequence of the last one seen) and ``limit``."""
        return self.number("before", BIGGEST_INTEGER), self.number("limit", MOST) or DEFAULT_LIMIT

    def number(self, name: str, most: int) -> int | None:
        given = self.get_query_argument(name, None)
        if given is None:
            return None
        if given.isascii() and given.isdigit() and 1 <= int(given[:20]) <= most:
            return int(given)
        raise Refusal(BAD_REQUEST, f"bad {name}", f"{name} is a number from 1 to {most}")

    def answer(self, rows: Sequence[Line | StoredItem], shown: list[dict[str, Any]]) -> None:
        if rows:
            address = self.later_page(rows[-1].sequence)
            self.set_header("Link", f'<{address}>; rel="next"')
        self.write_json(shown)

    def later_page(self, before: int) -> str:
        """The address of what follows the row with this sequence."""
        names = [name for name in self.request.query_arguments if name != "before"]
        query = [(name, self.get_query_argument(name)) for name in names]
        return f"{self.request.path}?{urlencode([*query, ('before', before)])}"


class Events(Listing):
    """``GET /api/0/events/?project=&limit=&before=``: one line for each, the newest first."""

    async def get(self) -> None:
        project = self.get_query_argument("project", None)
        rows = await self.inbox.run(self.inbox.store.events, project, *self.page())
        self.answer(rows, [line_json(row) for row in rows])


class Items(Listing):
    """``GET /api/0/items/?type=&limit=&before=``: what came besides events, the newest first."""

    async def get(self) -> None:
        kind = self.get_query_argument("type", None)
        rows = await self.inbox.run(self.inbox.store.items, kind, *self.page())
        self.answer(rows, [item_json(row) for row in rows])


class OneEvent(Reader):
    """``GET /api/0/events/<id>/?project=``: an event whole; the id with or without dashes."""

    async def get(self, event_id: str) -> None:
        self.write_json(event_json(await find(self, event_id)))


async def find(handler: Reader, event_id: str) -> StoredEvent:
    """The event that a path names; raises Refusal (400, 404)."""
    try:
        wanted = read_id(event_id)
    except ValueError as fault:
        raise Refusal(BAD_REQUEST, "bad event id", str(fault)) from fault
    project = handler.get_query_argument("project", None)
    found = await handler.inbox.run(handler.inbox.store.event, wanted, project)
    if found is None:
        raise Refusal(NOT_FOUND, "no such event", f"nothing was stored as {wanted}")
    return found


class Health(Handler):
    """``GET /health``: 200 once requests are taken."""

    def get(self) -> None:
        self.write({"status": "ok", "version": VERSION})


def line_json(line: Line) -> dict[str, Any]:
    """An event in a list. ``received`` is when it was stored; times are RFC 3339, UTC."""
    summary = asdict(line.summary)
    if line.summary.timestamp is not None:
        summary["timestamp"] = write_time(line.summary.timestamp)
    return {
        "id": line.event_id,
        "sequence": line.sequence,
        "project": line.project,
        "received": write_time(line.received),
        **summary,
    }


def event_json(stored: StoredEvent) -> dict[str, Any]:
    """The line of an event, with the event itself under ``event``."""
    return {
        **line_json(stored.line),
        "key": stored.key,
        "client": stored.client,
        "envelope": stored.headers,
        "event": stored.content,
        "items": [item_json(item) for item in stored.items],
    }


def item_json(item: StoredItem) -> dict[str, Any]:
    """An item: its payload under ``json`` if it is some, else under ``base64``."""
    return {
        "sequence": item.sequence,
        "project": item.project,
        "event_id": item.event_id,
        "received": write_time(item.received),
        "type": item.type,
        "headers": item.headers,
        **payload_json(item.payload),
    }


def payload_json(payload: bytes) -> dict[str, Any]:
    """Whichever way the bytes fit into JSON."""
    try:
        return {"json": read_json(payload)}
    except ValueError:
        return {"base64": base64.b64encode(payload).decode()}
