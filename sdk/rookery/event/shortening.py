"""A JSON value in few enough bytes: its first entries, and the beginnings of its texts."""

from __future__ import annotations

from typing import Any

from rookery.event.noted import NotedDict, NotedList, NotedText
from rookery.wire_json import encode

NUMBER = 8
"""Bytes that a number, a constant, or a container's brackets are taken for."""
WIDEST = 12
"""Bytes that one character may need: an escaped pair of surrogates."""
LEAST = 16
"""Bytes of a text that are kept in any case."""


def weight(value: object) -> int:
    """The bytes of the value as JSON."""
    return len(encode(value))


def shorten(value: Any, budget: int) -> Any:
    """The value in about ``budget`` bytes, noted where it was cut; itself if it is small."""
    if type(value) in (int, float, bool, type(None)):
        return value
    is_short = isinstance(value, str) and len(value) * WIDEST < budget
    if is_short or weight(value) <= budget:
        return value
    return _shorten(value, _Room(budget))


class _Room:
    """Bytes that are left."""

    __slots__ = ("left",)

    def __init__(self, left: int) -> None:
        self.left = left

    def take(self, size: int) -> bool:
        """Whether there was room for it."""
        self.left -= size
        return self.left >= 0


def _shorten(value: Any, room: _Room) -> Any:
    if isinstance(value, str):
        return _text(value, room)
    if isinstance(value, dict):
        return _object(value, room)
    if isinstance(value, list):
        return _array(value, room)
    room.take(NUMBER)
    return value


def _text(value: str, room: _Room) -> str:
    size = weight(value)
    if room.take(size):
        return value
    return cut_to(value, max(LEAST, room.left + size))


def cut_to(text: str, size: int) -> str:
    """The beginning of a text, in at most ``size`` bytes of JSON."""
    kept = text[: max(0, size - 5)]
    while kept and weight(kept) > size - 3:
        kept = kept[: len(kept) * 3 // 4]
    note = {"len": len(text), **_length(text)}
    remark = ["!limit", "x", len(kept), len(kept) + 3]
    return NotedText(f"{kept}...", {**note, "rem": [remark]})


def _object(value: dict[str, Any], room: _Room) -> dict[str, Any]:
    kept: dict[str, Any] = {}
    for key, held in value.items():
        if room.left <= 0 or not room.take(weight(key) + 2):
            break
        kept[key] = _shorten(held, room)
    if len(kept) == len(value) and getattr(value, "note", None) is None:
        return NotedDict(kept, None, getattr(value, "gone", None))
    return NotedDict(kept, {"len": len(value), **_length(value)}, getattr(value, "gone", None))


def _array(value: list[Any], room: _Room) -> list[Any]:
    kept: list[Any] = []
    for held in value:
        if room.left <= 0:
            break
        room.take(2)
        kept.append(_shorten(held, room))
    if len(kept) == len(value):
        return kept
    return NotedList(kept, {"len": len(value), **_length(value)})


def _length(value: Any) -> dict[str, Any]:
    """How long the value was before it was cut for the first time."""
    known = getattr(value, "note", None) or {}
    return {"len": known["len"]} if "len" in known else {}
