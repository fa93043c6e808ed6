"""Envelopes: what travels. A header, then items, each of a header and a payload.

::

    envelope = header ( LF item )* [ LF ]
    item     = header LF payload

Rule 1  What is written has each payload's ``length``, and a final LF.
Rule 2  ``Envelope.parse(envelope.serialize()) == envelope``. Unknown types and keys are kept, and
        a header that was read is written again byte for byte if it had its ``length``.
Rule 3  An item becomes bytes once, when somebody first needs them: a transport's thread. Envelopes
        made from one another share their items.
Rule 4  Nothing changes but caches, and these are idempotent: any thread may use any value.

Source: protocol, "Envelope".
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Final, cast

from rookery.errors import BadEnvelope
from rookery.header_lines import line_end, payload_end, read_header, settled
from rookery.item_types import ITEM_TYPES, UNKNOWN
from rookery.payload import PayloadRef, ReadableEnvelope, ReadableItem, bytes_of, parse_json
from rookery.wire_json import decode, encode

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    Fit = Callable[[object, int], bytes]
    """A value as JSON in at most so many bytes; it may leave something out."""

__all__ = ["Envelope", "Item", "PayloadRef", "parse_json"]

_NONE: Mapping[str, object] = MappingProxyType({})
_ENCODED: Final = object()
MAX_EVENT = 1_000_000
"""Bytes that an event may have: servers refuse more than 1 MiB, and all that travels with it."""


SECOND_TRY = 200_000
"""Bytes of an event that was refused as too large: a server of another opinion than most."""


class Item(ReadableItem):
    """One payload with its type. Immutable; compares by value.

    ``headers`` are all but ``type`` and ``length``, which are written for you: giving either
    raises ``ValueError``.
    """

    __slots__ = ("_fit", "_headers", "_line", "_payload", "_type", "_value")

    def __init__(
        self,
        type: str,  # noqa: A002  # the key's own name
        payload: bytes | str | PayloadRef = b"",
        headers: Mapping[str, object] | None = _NONE,
        content_type: str | None = None,
        filename: str | None = None,
    ) -> None:
        headers = headers or _NONE
        if "type" in headers or "length" in headers:
            raise ValueError("headers: leave out 'type' and 'length', they are written for you")
        if content_type or filename:  # sentry-sdk's way to say it
            named = {"content_type": content_type, "filename": filename}
            headers = {**headers, **{name: text for name, text in named.items() if text}}
        self._type = type
        self._headers = settled(headers)
        self._payload: bytes | None = bytes_of(payload)
        self._value: object = _ENCODED
        self._line: bytes | None = None
        self._fit: Fit | None = None

    @classmethod
    def from_json(
        cls,
        type: str,  # noqa: A002  # the key's own name
        value: object,
        headers: Mapping[str, object] = _NONE,
        fit: Fit | None = None,
    ) -> Item:
        """An item whose payload is made of ``value`` on first use; leave ``value`` alone after.

        ``fit(value, bytes)`` writes it, in at most so many bytes, and can do so again.
        """
        item = cls(type, b"", headers)
        item._headers = MappingProxyType({"content_type": "application/json", **item._headers})
        item._payload, item._value, item._fit = None, value, fit
        return item

    @classmethod
    def parse(cls, data: bytes, start: int = 0) -> tuple[Item, int]:
        """The item whose header begins at ``start``, and where the next one would.

        Raises :class:`BadEnvelope`.
        """
        headers, line, at = read_header(data, start)
        type_ = headers.pop("type", None)
        if not isinstance(type_, str):
            raise BadEnvelope("an item's header must have a 'type', which is a string", start)
        has_length = "length" in headers
        end = payload_end(data, at, headers.pop("length"), start) if has_length else None
        end = line_end(data, at) if end is None else end
        item = cls(type_, data[at:end], headers)
        item._line = line if has_length else None
        return item, min(end + 1, len(data))

    @property
    def type(self) -> str:
        """What the payload is; the server ignores types that it does not know."""
        return self._type

    @property
    def headers(self) -> Mapping[str, object]:
        """Read-only; without ``type`` and ``length``."""
        return self._headers

    @property
    def payload(self) -> bytes:
        """The bytes. Raises as :func:`json.dumps` if the item's value is not JSON."""
        value = self._value
        # The value is let go only after the payload is there, so a thread that finds it gone
        # finds the payload; two that find it make equal ones.
        if value is not _ENCODED:
            self._payload = encode(value) if self._fit is None else self._fit(value, MAX_EVENT)
            self._value = _ENCODED
        return cast("bytes", self._payload)

    @property
    def json(self) -> object:
        """The payload's value. Raises ``ValueError`` if it is not strict JSON."""
        value = self._value
        return value if value is not _ENCODED and self._fit is None else decode(self.payload)

    @property
    def category(self) -> str:
        """What rate limits and client reports call it."""
        return ITEM_TYPES.get(self._type, UNKNOWN)[0][0]

    @property
    def quantity(self) -> int:
        """How much of its :attr:`category` it is: bytes, entries or 1."""
        return ITEM_TYPES.get(self._type, UNKNOWN)[0][1](self)

    @property
    def quantities(self) -> tuple[tuple[str, int], ...]:
        """Each (category, quantity) that is lost with it; its own category first."""
        measures = ITEM_TYPES.get(self._type, UNKNOWN)
        return tuple((category, measure(self)) for category, measure in measures)

    def shrunk(self, most: int) -> Item | None:
        """The item in at most ``most`` bytes, if it is larger and knows how."""
        if self._fit is None or len(self.payload) <= most:
            return None
        item = Item(self._type, self._fit(decode(self.payload), most), self._headers)
        return item if len(item.payload) < len(self.payload) else None

    @property
    def header_line(self) -> bytes:
        """The header as it is written, without its LF."""
        if self._line is None:
            length = len(self.payload)
            self._line = encode({"type": self._type, **self._headers, "length": length})
        return self._line

    @property
    def size(self) -> int:
        """Bytes in an envelope, both LF included."""
        return len(self.header_line) + len(self.payload) + 2

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Item):
            return NotImplemented
        return self is other or (
            (self.type, self.headers) == (other.type, other.headers)
            and self.payload == other.payload
        )

    __hash__ = None  # type: ignore[assignment]  # headers may hold lists

    def __reduce__(self) -> tuple[object, ...]:
        return Item, (self._type, self.payload, dict(self._headers))

    def __repr__(self) -> str:
        state = "not yet bytes" if self._payload is None else f"{len(self._payload)} bytes"
        return f"<Item {self._type} {dict(self._headers)} {state}>"


class Envelope(ReadableEnvelope):
    """Headers and items. Immutable; compares by value."""

    __slots__ = ("_headers", "_items", "_line")

    def __init__(self, headers: Mapping[str, object] = _NONE, items: Iterable[Item] = ()) -> None:
        self._headers = settled(headers)
        self._items = tuple(items)
        self._line: bytes | None = None

    @classmethod
    def parse(cls, data: bytes) -> Envelope:
        """Read an envelope. Raises :class:`BadEnvelope` for whatever is not one, and nothing else."""
        headers, line, at = read_header(data, 0)
        items = []
        while at < len(data):
            item, at = Item.parse(data, at)
            items.append(item)
        envelope = cls(headers, items)
        envelope._line = line
        return envelope

    @property
    def headers(self) -> Mapping[str, object]:
        """Read-only."""
        return self._headers

    @property
    def items(self) -> tuple[Item, ...]:
        """In the order in which they are written."""
        return self._items

    @property
    def event_id(self) -> str | None:
        """The id in the headers as 32 lower-case digits, however it was spelt there."""
        found = self._headers.get("event_id")
        return found.replace("-", "").lower() if isinstance(found, str) else None

    @property
    def event(self) -> Mapping[str, object] | None:
        """The value of the ``event`` item, or None. Raises ``ValueError`` if it is not JSON."""
        item = next((item for item in self._items if item.type == "event"), None)
        found = item.json if item else None
        return found if isinstance(found, dict) else None

    deserialize = parse

    def with_headers(self, **headers: object) -> Envelope:
        """The same items under these headers besides, or instead of, its own."""
        return self._like({**self._headers, **settled(headers)}, self._items)

    def with_items(self, items: Iterable[Item]) -> Envelope:
        """Other items under the same headers."""
        return self._like(self._headers, items)

    @staticmethod
    def _like(headers: Mapping[str, object], items: Iterable[Item]) -> Envelope:
        """An envelope of headers that are settled already."""
        envelope = Envelope(items=items)
        envelope._headers = MappingProxyType(dict(headers))
        return envelope

    def shrunk(self) -> Envelope | None:
        """What is worth a second try after the server found it too large; None if nothing is.

        The event alone, in half of its bytes at most; attachments stay behind.
        """
        first = next((item for item in self._items if item.type == "event"), None)
        if first is None:
            return None
        smaller = first.shrunk(min(SECOND_TRY, len(first.payload) // 2))
        if smaller is None and len(self._items) == 1:
            return None
        return self.with_items([smaller or first])

    @property
    def header_line(self) -> bytes:
        """The header as it is written, without its LF."""
        if self._line is None:
            self._line = encode(dict(self._headers))
        return self._line

    @property
    def size(self) -> int:
        """``len(self.serialize())``, without the copy."""
        return len(self.header_line) + 1 + sum(item.size for item in self._items)

    def serialize(self) -> bytes:
        """The bytes that travel. Raises as :func:`json.dumps` if something in it is not JSON."""
        lines = [self.header_line]
        for item in self._items:
            lines += (item.header_line, item.payload)
        return b"\n".join((*lines, b""))

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Envelope):
            return NotImplemented
        return (self.headers, self.items) == (other.headers, other.items)

    __hash__ = None  # type: ignore[assignment]  # headers may hold lists

    def __reduce__(self) -> tuple[object, ...]:
        return Envelope, (dict(self._headers), self._items)

    def __repr__(self) -> str:
        return f"<Envelope {dict(self._headers)} {list(self._items)}>"
