"""Envelopes in one file, one record after another, in either of two formats.

::

    envelope   an envelope, and an empty line that ends it
    jsonl      one line: {"headers": {...}, "items": [{"type": ..., "json": ...}, ...]}

Rule 1: what is read is what was written, to the last byte of each payload.
Rule 2: a record that is broken, as a process leaves it that is killed amid its writing, costs
        nothing but itself: the next one is found again.
Rule 3: the format need not be known to read, and may change within a file.
"""

from __future__ import annotations

import json
import re
from base64 import b64decode, b64encode
from typing import TYPE_CHECKING, Any, NamedTuple

from rookery.envelope import Envelope, Item

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

LINE_BEGINS = b'{"headers":'
BOUNDARY = re.compile(rb"\n+(?=" + re.escape(LINE_BEGINS) + rb")|\n\n+(?=\{)")
"""Where a record ends and another may begin."""


class Record(NamedTuple):
    """What stands in a file."""

    data: bytes
    envelope: Envelope | None
    """None: it cannot be read."""
    fault: str = ""
    """Why it cannot."""

    def again(self) -> bytes:
        """The same as it is to be written, whatever stood after it."""
        return self.data + b"\n" if self.data.startswith(LINE_BEGINS) else as_envelope(self.data)


def as_envelope(body: bytes) -> bytes:
    """The record of an envelope's bytes: ended by an empty line."""
    return body + (b"\n" if body.endswith(b"\n") else b"\n\n")


def as_line(body: bytes) -> bytes:
    """The record as a line of JSON, of which other programs can make something."""
    envelope = Envelope.parse(body)
    line = {"headers": dict(envelope.headers), "items": [_told(item) for item in envelope.items]}
    return json.dumps(line, separators=(",", ":"), ensure_ascii=False).encode() + b"\n"


FORMATS: Mapping[str, Callable[[bytes], bytes]] = {"envelope": as_envelope, "jsonl": as_line}


def _told(item: Item) -> dict[str, object]:
    told = {"type": item.type, **({"headers": dict(item.headers)} if item.headers else {})}
    try:
        value = item.json
        if Item.from_json(item.type, value).payload == item.payload:
            return {**told, "json": value}
    except (ValueError, RecursionError):
        pass  # not JSON, or deeper than it can be written again
    try:
        return {**told, "text": item.payload.decode()}
    except UnicodeDecodeError:
        return {**told, "base64": b64encode(item.payload).decode()}


def read(data: bytes) -> Iterator[Record]:
    """Each record, and whatever lies between."""
    at = _next(data, 0)
    while at < len(data):
        try:
            envelope, end = _line(data, at) or _envelope(data, at)
            yield Record(data[at:end], envelope)
        except (ValueError, TypeError, KeyError, RecursionError) as error:
            found = BOUNDARY.search(data, at)
            end = found.start() if found else len(data)
            yield Record(data[at:end], None, str(error) or type(error).__name__)
        at = _next(data, end)


def _next(data: bytes, at: int) -> int:
    """The first byte from here on that is no line end."""
    while data[at : at + 1] in (b"\n", b"\r"):
        at += 1
    return at


def _line(data: bytes, at: int) -> tuple[Envelope, int] | None:
    """The record that is one line; None: it is none."""
    if not data.startswith(LINE_BEGINS, at):
        return None
    end = data.find(b"\n", at)
    end = len(data) if end < 0 else end
    line: dict[str, Any] = json.loads(data[at:end])
    return Envelope(line["headers"], map(_item, line["items"])), end


def _item(told: dict[str, Any]) -> Item:
    if "json" in told:
        written = Item.from_json(told["type"], told["json"])
        payload = written.payload
    else:
        payload = told["text"].encode() if "text" in told else b64decode(told["base64"])
    return Item(told["type"], payload, told.get("headers", {}))


def _envelope(data: bytes, at: int) -> tuple[Envelope, int]:
    """The envelope that begins here, up to an empty line or the end of the file."""
    end = data.find(b"\n", at)
    end = len(data) if end < 0 else end + 1
    while end < len(data) and data[end : end + 1] != b"\n":
        _, end = Item.parse(data, end)
    return Envelope.parse(data[at:end]), end
