"""Any Python value as plain JSON types: what users attach, and what hooks give back.

Scalars stay scalars. What JSON lacks is told as people write it: a date by ISO 8601, bytes as text.
"""

from __future__ import annotations

from _operator import index
from typing import TYPE_CHECKING, Any

from rookery.event.noted import NotedDict, NotedList, NotedText
from rookery.event.text import SCALARS, clean, cut, safe_repr, safe_str, shortened
from rookery.event.variables import VARIABLES, integer_text
from rookery.event.walk import CONTAINERS, Describe, Limits, Walk

if TYPE_CHECKING:
    from rookery.types import Json

INT64 = 2**63


def _integer(walk: Walk, value: int, _level: int) -> Json:
    if -INT64 <= value < INT64:
        return value
    return walk.spend(cut(integer_text(value), walk.text))


def _float(_walk: Walk, value: float, _level: int) -> Json:
    return value if value - value == 0.0 else repr(value)


def _string(walk: Walk, value: str, _level: int) -> Json:
    return walk.spend(clean(cut(value, walk.text)))


def _bytes(walk: Walk, value: bytes, _level: int) -> Json:
    text = value[: walk.text].decode("utf-8", "replace")
    if len(value) <= walk.text:
        return walk.spend(text)
    return walk.spend(shortened(text, len(text), len(value)))


def _same(_walk: Walk, value: Json, _level: int) -> Json:
    return value


def _noted(walk: Walk, value: Any, level: int) -> Json:
    """What was cut before, and came back from a hook: it keeps its note."""
    base = dict if isinstance(value, NotedDict) else list
    told: Any = CONTAINERS[base](walk, value, level)
    if isinstance(value, NotedDict) and isinstance(told, dict):
        return NotedDict(told, value.note or getattr(told, "note", None), value.gone)
    return NotedList(told, value.note) if isinstance(told, list) else told


DATA: dict[type, Describe] = {
    **CONTAINERS,
    NotedText: _string,
    NotedList: _noted,
    NotedDict: _noted,
    type(None): _same,
    bool: _same,
    int: _integer,
    float: _float,
    str: _string,
    bytes: _bytes,
    bytearray: _bytes,
}
"""As in ``extra`` and contexts."""

BAG = Limits(depth=7, breadth=100, text=8192, nodes=1000, room=65_536)
"""For what users attach."""
WHOLE = Limits(depth=24, breadth=2000, text=100_000, nodes=100_000, room=4_000_000)
"""For an event that a user made: strict types and an end; trimming comes later."""


def plain(value: object, limits: Limits = BAG) -> Any:
    """The value in plain JSON types, strict ones."""
    return Walk(DATA, limits, VARIABLES).describe(value)


class Bounded:
    """A value to be formatted, as far as it is worth reading, and while there is time."""

    __slots__ = ("value",)

    def __init__(self, value: Any) -> None:
        self.value = value

    def __str__(self) -> str:
        """As ``str(value)``."""
        return safe_str(self.value)

    def __repr__(self) -> str:
        """As ``repr(value)``."""
        return safe_repr(self.value)

    def __int__(self) -> int:
        return int(self.value)

    def __index__(self) -> int:
        return index(self.value)

    def __float__(self) -> float:
        return float(self.value)


def bounded(value: object) -> object:
    """The value; of one that is no plain text or number, what writes it with an end."""
    return value if type(value) in SCALARS else Bounded(value)
