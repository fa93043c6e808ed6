"""What sentry-sdk has, as what Rookery has: options and envelopes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sentry_sdk.consts import DEFAULT_OPTIONS

from rookery.envelope import Envelope, Item
from rookery.transport.settings import SETTINGS

if TYPE_CHECKING:
    from collections.abc import Mapping

WRITTEN_FOR_US = frozenset(("type", "length"))


def set_in(options: Mapping[str, Any], settings: Mapping[str, Any]) -> dict[str, Any]:
    """What ``sentry_sdk.init`` was given of our settings, and this adapter was not."""
    open_names = [o.names for o in SETTINGS if settings.keys().isdisjoint(o.names)]
    known = {name: options[name] for names in open_names for name in names if name in options}
    return {n: v for n, v in known.items() if v is not None and v != DEFAULT_OPTIONS.get(n)}


def converted(envelope: Any) -> Envelope:
    """The same as one of ours."""
    return Envelope(envelope.headers, map(converted_item, envelope.items))


def converted_item(item: Any) -> Item:
    """The same; JSON stays a value until somebody needs the bytes."""
    kind = str(item.headers.get("type", ""))
    headers = {n: told for n, told in item.headers.items() if n not in WRITTEN_FOR_US}
    if item.payload.bytes is None and item.payload.json is not None:
        return Item.from_json(kind, item.payload.json, headers, lambda *_: _bytes(item))
    return Item(kind, _bytes(item), headers)


def _bytes(item: Any) -> bytes:
    data: bytes = item.get_bytes()
    return data
