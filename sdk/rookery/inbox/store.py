"""Events and other items in SQLite, in the order in which they arrived.

Rule 1: an event is kept once, however often it is sent: by its project and id. Rule 2: so is an
item of an envelope that names an event, by its content; items of other envelopes are all kept.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
import time
from collections import Counter
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from rookery.inbox.reading import read_json
from rookery.inbox.summary import Summary, summarise

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from rookery.envelope import Item
    from rookery.inbox.ingest import Delivery, Event

IN_MEMORY = ":memory:"
APPLICATION = 0x526F6F6B
"""``PRAGMA application_id`` of our files: "Rook"."""
VERSION = 1
"""``PRAGMA user_version``; a change of SCHEMA raises it."""
SCHEMA = """
CREATE TABLE events (
    sequence INTEGER PRIMARY KEY AUTOINCREMENT, project TEXT NOT NULL, event_id TEXT NOT NULL,
    received REAL NOT NULL, key TEXT NOT NULL, client TEXT, headers TEXT NOT NULL,
    payload BLOB NOT NULL, title TEXT NOT NULL, culprit TEXT NOT NULL, level TEXT NOT NULL,
    timestamp REAL, platform TEXT NOT NULL, release TEXT NOT NULL, environment TEXT NOT NULL,
    UNIQUE (project, event_id)
);
CREATE INDEX events_by_id ON events (event_id);
CREATE TABLE items (
    sequence INTEGER PRIMARY KEY AUTOINCREMENT, project TEXT NOT NULL, event_id TEXT,
    received REAL NOT NULL, type TEXT NOT NULL, headers TEXT NOT NULL, payload BLOB NOT NULL,
    digest TEXT NOT NULL, UNIQUE (project, event_id, digest)
);
"""
LINE = (
    "sequence, project, event_id, received,"
    " title, culprit, level, timestamp, platform, release, environment"
)


class BadDatabase(Exception):
    """The file cannot be used; the text says why and what to do."""


@dataclass(frozen=True)
class Line:
    """An event as the list shows it. ``received``: seconds since the epoch, when it was stored."""

    sequence: int
    project: str
    event_id: str
    received: float
    summary: Summary


@dataclass(frozen=True)
class StoredItem:
    """An item of an envelope that is not an event."""

    sequence: int
    project: str
    event_id: str | None
    received: float
    type: str
    headers: dict[str, Any]
    payload: bytes


@dataclass(frozen=True)
class StoredEvent:
    """An event whole: as it was sent, save that ``event_id`` is the one it is kept under."""

    line: Line
    key: str
    client: str | None
    headers: dict[str, Any]
    content: dict[str, Any]
    items: list[StoredItem]


class Store:
    """One connection. It may change threads, if no two use it at once."""

    def __init__(self, path: str = IN_MEMORY) -> None:
        try:
            self._connection = sqlite3.connect(path, check_same_thread=False)
        except sqlite3.Error as fault:
            raise BadDatabase(f"{path}: {fault}") from fault
        try:
            self._prepare(path)
        except sqlite3.Error as fault:
            self.close()
            raise BadDatabase(f"{path}: {fault}; give a file of its own") from fault
        except BadDatabase:
            self.close()
            raise

    def _prepare(self, path: str) -> None:
        application, version, tables = (
            self._number(query)
            for query in (
                "PRAGMA application_id",
                "PRAGMA user_version",
                "SELECT count(*) FROM sqlite_master",
            )
        )
        if tables and (application, version) != (APPLICATION, VERSION):
            made = "another program" if application != APPLICATION else "another version of Rookery"
            raise BadDatabase(f"{path}: made by {made}; give a file of its own")
        self._connection.execute("PRAGMA journal_mode = WAL")
        self._connection.execute("PRAGMA synchronous = NORMAL")
        if not tables:
            self._connection.executescript(
                f"BEGIN; PRAGMA application_id = {APPLICATION};"
                f" PRAGMA user_version = {VERSION}; {SCHEMA} COMMIT"
            )

    def _number(self, query: str) -> int:
        return int(self._connection.execute(query).fetchone()[0])

    def add(self, delivery: Delivery) -> Line | None:
        """Keep what came; the line of the event if it holds one that was not yet here."""
        with self._connection:
            received = time.time()
            line = self._add_event(delivery, delivery.event, received) if delivery.event else None
            for item, digest in _told_apart(delivery.items):
                self._add_item(delivery, item, digest, received)
        return line

    def _add_event(self, delivery: Delivery, event: Event, received: float) -> Line | None:
        summary = summarise(event.content)
        row = {
            "project": delivery.project,
            "event_id": delivery.event_id,
            "received": received,
            "key": delivery.sender.key,
            "client": delivery.sender.client,
            "headers": json.dumps(dict(delivery.headers)),
            "payload": event.payload,
            **asdict(summary),
        }
        sequence = self._insert("events", row)
        if sequence is None:
            return None
        return Line(sequence, delivery.project, str(delivery.event_id), received, summary)

    def _add_item(self, delivery: Delivery, item: Item, digest: str, received: float) -> None:
        row = {
            "project": delivery.project,
            "event_id": delivery.event_id,
            "received": received,
            "type": item.type,
            "headers": json.dumps(dict(item.headers)),
            "payload": item.payload,
            "digest": digest,
        }
        self._insert("items", row)

    def _insert(self, table: str, row: Mapping[str, object]) -> int | None:
        names, marks = ", ".join(row), ", ".join("?" * len(row))
        cursor = self._connection.execute(
            f"INSERT INTO {table} ({names}) VALUES ({marks}) ON CONFLICT DO NOTHING",  # noqa: S608 - our own names
            [_storable(value) for value in row.values()],
        )
        return cursor.lastrowid if cursor.rowcount else None

    def events(
        self, project: str | None = None, before: int | None = None, limit: int = 100
    ) -> list[Line]:
        """The newest first; ``before`` is the sequence of the last one seen."""
        rows = self._page("events", LINE, {"project = ?": project, "sequence < ?": before}, limit)
        return [_line(row) for row in rows]

    def items(
        self, kind: str | None = None, before: int | None = None, limit: int = 100
    ) -> list[StoredItem]:
        """Items that are no events, the newest first."""
        return self._items({"type = ?": kind, "sequence < ?": before}, limit)

    def event(self, event_id: str, project: str | None = None) -> StoredEvent | None:
        """The event with this id, in 32 hex digits; the newest if several projects have it."""
        columns = f"{LINE}, key, client, headers, payload"
        where = {"event_id = ?": event_id, "project = ?": project}
        for *line, key, client, headers, payload in self._page("events", columns, where, 1):
            content: Any = read_json(payload)
            content["event_id"] = event_id
            at = _line(line)
            items = self._items({"event_id = ?": event_id, "project = ?": at.project}, -1)
            return StoredEvent(at, key, client, _headers(headers), content, items[::-1])
        return None

    def _items(self, where: Mapping[str, object], limit: int) -> list[StoredItem]:
        columns = "sequence, project, event_id, received, type, headers, payload"
        rows = self._page("items", columns, where, limit)
        return [_item(*row) for row in rows]

    def _page(
        self, table: str, columns: str, where: Mapping[str, object], limit: int
    ) -> list[tuple[Any, ...]]:
        given = {test: value for test, value in where.items() if value is not None}
        tests = " AND ".join(given) or "1"
        query = f"SELECT {columns} FROM {table} WHERE {tests} ORDER BY sequence DESC LIMIT ?"  # noqa: S608 - our own names
        return self._connection.execute(query, [*given.values(), limit]).fetchall()

    def close(self) -> None:
        """Let go of the file."""
        self._connection.close()


def _line(row: Sequence[Any]) -> Line:
    sequence, project, event_id, received, *summary = row
    return Line(sequence, project, event_id, received, Summary(*summary))


def _item(
    sequence: int,
    project: str,
    event_id: str | None,
    received: float,
    kind: str,
    headers: str,
    payload: bytes,
) -> StoredItem:
    return StoredItem(sequence, project, event_id, received, kind, _headers(headers), payload)


def _headers(text: str) -> Any:
    return read_json(text.encode())


def _storable(value: object) -> Any:
    """SQLite takes no lone surrogate; the name of an item may have one."""
    return value.encode("utf-8", "replace").decode() if isinstance(value, str) else value


def _told_apart(items: tuple[Item, ...]) -> Iterator[tuple[Item, str]]:
    """Each item with a digest of its content, which two equal items of one envelope do not share."""
    seen: Counter[str] = Counter()
    for item in items:
        head = json.dumps([item.type, dict(item.headers)], sort_keys=True).encode()
        digest = hashlib.sha256(head + b"\n" + item.payload).hexdigest()
        seen[digest] += 1
        yield item, f"{digest}-{seen[digest]}"
