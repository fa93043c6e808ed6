"""Local variables, told as ``repr`` texts so that their types stay visible (protocol: frames).

A variable whose name gives away a secret is told without its value being read.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rookery.event.scrubbing import SECRET, SECRETS, without_credentials
from rookery.event.text import clean, cut, shortened
from rookery.event.walk import CONTAINERS, Describe, Kinds, Limits, Walk, stranger

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from rookery.types import Json

LIMITS = Limits(depth=5, breadth=10, text=1024, nodes=100, room=16_384)
"""Of one variable; ``room`` is that of a frame, of whose variables the server keeps 2 KiB."""
WRITABLE = 10**300
"""Python refuses to write out integers of some thousands of digits (CVE-2020-10735)."""


def integer_text(value: int) -> str:
    """An integer as text, however long it is."""
    if -WRITABLE < value < WRITABLE:
        return repr(value)
    return f"<int of {value.bit_length()} bits>"


def _integer(walk: Walk, value: int, _level: int) -> Json:
    return cut(integer_text(value), walk.text)


def _repr(_walk: Walk, value: object, _level: int) -> Json:
    return repr(value)


def _text(walk: Walk, value: str, _level: int) -> Json:
    if len(value) <= 100 and "://" not in value:
        return clean(repr(value))
    return walk.spend(without_credentials(_written(walk, value)))


def _bytes(walk: Walk, value: Any, _level: int) -> Json:
    return walk.spend(_written(walk, value))


def _written(walk: Walk, value: Any) -> str:
    """The beginning of it, as Python writes it."""
    text = clean(repr(value[: walk.text]))
    whole = len(value) <= walk.text
    return cut(text, walk.text) if whole else shortened(text, min(len(text), walk.text), len(value))


VARIABLES: dict[type, Describe] = {
    **CONTAINERS,
    **dict.fromkeys((type(None), bool, float), _repr),
    **dict.fromkeys((bytes, bytearray), _bytes),
    str: _text,
    int: _integer,
}


def describe_variables(
    pairs: Iterable[tuple[str, object]],
    secrets: frozenset[str] = SECRETS,
    limits: Limits = LIMITS,
    kinds: Kinds = VARIABLES,
    custom: Callable[[Any], Any] | None = None,
) -> dict[str, Json]:
    """Each variable by its name."""
    told: dict[str, Json] = {}
    walk = Walk(kinds, limits, kinds, custom, secrets)
    for name, value in pairs:
        if name.lower() in secrets:
            told[name] = SECRET
            continue
        walk.left = limits.nodes
        told[name] = kinds.get(type(value), stranger)(walk, value, 1)
    return told
