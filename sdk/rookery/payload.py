"""What sentry-sdk's envelopes have besides ours: references to payloads, and names to read by."""

from __future__ import annotations

import json as standard
from typing import TYPE_CHECKING, Any, BinaryIO, Protocol, TypeVar

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from typing_extensions import Self

OCTETS, JSON = "application/octet-stream", "application/json"


def parse_json(data: bytes | str) -> Any:
    """The value of a JSON text. Raises ``ValueError``."""
    return standard.loads(data.decode("utf-8", "replace") if isinstance(data, bytes) else data)


class PayloadRef:
    """Bytes, a file that has them, or a value whose JSON they are."""

    def __init__(
        self,
        bytes: bytes | None = None,  # noqa: A002  # sentry-sdk's own name
        path: str | None = None,
        json: object = None,
    ) -> None:
        self.bytes = bytes
        self.path = path
        self.json = json

    def get_bytes(self) -> bytes:
        """The bytes, kept once they are known. Raises ``OSError``, and what ``json.dumps`` does."""
        if self.bytes is None:
            self.bytes = self._found()
        return self.bytes

    def _found(self) -> bytes:
        if self.path is not None:
            with open(self.path, "rb") as file:
                return file.read()
        if self.json is None:
            return b""
        return standard.dumps(self.json, allow_nan=False, separators=(",", ":")).encode()

    @property
    def inferred_content_type(self) -> str:
        """As good a guess as there is."""
        if self.json is not None:
            return JSON
        import mimetypes

        return mimetypes.guess_type(self.path or "")[0] or OCTETS


def bytes_of(payload: bytes | str | PayloadRef) -> bytes:
    """The bytes of whatever an item may be made of."""
    if isinstance(payload, bytes):
        return payload
    return payload.encode() if isinstance(payload, str) else payload.get_bytes()


class _Writable(Protocol):
    def serialize(self) -> bytes: ...


class _Item(Protocol):
    @property
    def type(self) -> str: ...
    @property
    def header_line(self) -> bytes: ...
    @property
    def payload(self) -> bytes: ...
    @property
    def json(self) -> object: ...
    @property
    def category(self) -> str: ...


class ReadableItem:
    """An item by the names of sentry-sdk."""

    __slots__ = ()

    def get_bytes(self: _Item) -> bytes:
        """The payload."""
        return self.payload

    @property
    def data_category(self: _Item) -> str:
        """What rate limits and client reports call it."""
        return self.category

    def get_event(self: _Item) -> Mapping[str, Any] | None:
        """The value of an ``event`` item; None for others."""
        found = self.json if self.type == "event" else None
        return found if isinstance(found, dict) else None

    def get_transaction_event(self: _Item) -> Mapping[str, Any] | None:
        """The value of a ``transaction`` item; None for others."""
        found = self.json if self.type == "transaction" else None
        return found if isinstance(found, dict) else None

    def serialize(self: _Item) -> bytes:
        """The bytes that it is in an envelope."""
        return b"\n".join((self.header_line, self.payload, b""))

    def serialize_into(self: _Writable, f: BinaryIO) -> None:
        """Write them to a file."""
        f.write(self.serialize())


class _Readable(Protocol):
    @classmethod
    def parse(cls, data: bytes) -> Self: ...


T = TypeVar("T", bound=_Readable)


class _Envelope(Protocol):
    @property
    def items(self) -> tuple[Any, ...]: ...
    @property
    def event(self) -> Mapping[str, object] | None: ...


class ReadableEnvelope:
    """An envelope by the names of sentry-sdk."""

    __slots__ = ()

    def __iter__(self: _Envelope) -> Iterator[Any]:
        return iter(self.items)

    def get_event(self: _Envelope) -> Mapping[str, object] | None:
        """The value of the ``event`` item, or None."""
        return self.event

    def get_transaction_event(self: _Envelope) -> Mapping[str, object] | None:
        """The value of the ``transaction`` item, or None."""
        return next((item.json for item in self.items if item.type == "transaction"), None)

    @property
    def description(self: _Envelope) -> str:
        """What is in it, in words."""
        types = ", ".join(item.type for item in self.items)
        return f"envelope with {len(self.items)} items ({types})"

    def serialize_into(self: _Writable, f: BinaryIO) -> None:
        """Write its bytes to a file."""
        f.write(self.serialize())

    @classmethod
    def deserialize_from(cls: type[T], f: BinaryIO) -> T:  # noqa: PYI019  # Self has no parse
        """Read an envelope from a file. Raises :class:`BadEnvelope`."""
        return cls.parse(f.read())
