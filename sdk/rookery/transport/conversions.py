"""Conversions of option values: from what a program passes, and from text.

Each function returns a :class:`~rookery.transport.declare.Kind`, whose ``allowed`` is the end of
the sentence "give ...".
"""

from __future__ import annotations

import os
import re
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from rookery.transport.declare import Kind

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

TRUE = frozenset({"true", "t", "y", "yes", "on", "1"})
FALSE = frozenset({"false", "f", "n", "no", "off", "0"})
NONE = frozenset({"none", "null"})
DAY = 86400.0
INFINITY = float("inf")
UNITS = {
    "": 1,
    "b": 1,
    "kb": 10**3,
    "mb": 10**6,
    "gb": 10**9,
    "kib": 2**10,
    "mib": 2**20,
    "gib": 2**30,
}
SIZE = re.compile(r"(\d+)\s*([a-z]*)", re.IGNORECASE)


def to_int(given: Any) -> int:
    """An int, or text of one; neither a bool nor a float."""
    if isinstance(given, bool) or not isinstance(given, (int, str)):
        raise TypeError
    return int(given)


def to_float(given: Any) -> float:
    """A finite number, or text of one; not a bool."""
    if isinstance(given, bool) or not isinstance(given, (int, float, str)):
        raise TypeError
    if not abs(number := float(given)) < INFINITY:  # nor is NaN
        raise ValueError
    return number


def to_bool(given: Any) -> bool:
    """A bool, or one of the words of protocol: booleans, in any case."""
    if isinstance(given, bool):
        return given
    word = str(given).strip().lower()
    if not isinstance(given, (int, str)) or word not in TRUE | FALSE:
        raise ValueError
    return word in TRUE


def to_text(given: Any) -> str:
    if not isinstance(given, str):
        raise TypeError
    return given


def to_path(given: Any) -> str:
    """The text of an existing path, ``~`` expanded."""
    path = os.path.expanduser(os.fspath(given))
    if not isinstance(path, str) or not path or not os.path.exists(path):
        raise ValueError
    return path


def to_size(given: Any) -> int:
    """Bytes: an int, or text with or without a unit."""
    if isinstance(given, str) and not given.strip().startswith("-"):
        match = SIZE.fullmatch(given.strip())
        if match is None:
            raise ValueError
        return int(match[1]) * _unit(match[2])
    return to_int(given)


def _unit(text: str) -> int:
    try:
        return UNITS[text.lower()]
    except KeyError:
        raise ValueError from None


def to_items(given: Any) -> tuple[Any, ...]:
    """A tuple, of any iterable but a mapping; text is split at commas."""
    if isinstance(given, str):
        return tuple(part.strip() for part in given.split(",") if part.strip())
    if isinstance(given, (bytes, dict)):
        raise TypeError
    return tuple(given)


def _within(value: Any, low: float, high: float) -> Any:
    if not low <= value <= high:
        raise ValueError
    return value


def whole(low: int, high: int) -> Kind:
    """An int from ``low`` to ``high``."""
    return Kind(f"a whole number from {low} to {high}", lambda v: _within(to_int(v), low, high))


def bound(unit: str, to_number: Callable[[Any], int] = to_int) -> Kind:
    """An int above 0, or 0 for "unbounded", which ``-1`` says too."""

    def parse(given: Any) -> int:
        number = to_number(given)
        if number < -1:
            raise ValueError
        return max(number, 0)

    return Kind(f"{unit} above 0, or 0 or -1 for no bound", parse)


def seconds() -> Kind:
    """Seconds from 0 to a day."""
    return Kind(
        f"seconds from 0 to {DAY:.0f}, such as 2 or 0.5", lambda v: _within(to_float(v), 0.0, DAY)
    )


def share() -> Kind:
    """A number from 0.0 to 1.0."""
    return Kind("a number from 0.0 to 1.0", lambda v: _within(to_float(v), 0.0, 1.0))


def flag() -> Kind:
    """A bool; from text the words of protocol: booleans."""
    return Kind(
        "True or False (as text: true t y yes on 1, false f n no off 0)", to_bool, lenient=True
    )


def text(allowed: str = "text") -> Kind:
    return Kind(allowed, to_text)


def choice(*words: str) -> Kind:
    """One of ``words``; text may be in any case."""

    def parse(given: Any) -> str:
        word = to_text(given).strip().lower()
        if word not in words:
            raise ValueError
        return word

    return Kind(" or ".join(repr(word) for word in words), parse)


def existing_path(what: str) -> Kind:
    """The path, as text or ``os.PathLike``, of something that exists."""
    return Kind(f"the path of {what} that exists", to_path)


def function(signature: str) -> Kind:
    """A callable; no text can express it."""

    def parse(given: Any) -> Any:
        if not callable(given):
            raise TypeError
        return given

    return Kind(f"a callable {signature}", parse, takes_text=False)


def items(allowed: str, each: Callable[[Any], Any] = to_text) -> Kind:
    """A tuple; text is split at commas."""
    return Kind(allowed, lambda given: tuple(each(item) for item in to_items(given)))


def text_mapping(allowed: str) -> Kind:
    """A read-only mapping of text to text; no text can express it."""

    def parse(given: Any) -> Mapping[str, str]:
        pairs = {to_text(key): to_text(value) for key, value in given.items()}
        return MappingProxyType(pairs)

    return Kind(allowed, parse, takes_text=False)


def optional(kind: Kind) -> Kind:
    """``kind``, or None; from text "none"."""

    def parse(given: Any) -> Any:
        is_none = given is None or (isinstance(given, str) and given.strip().lower() in NONE)
        return None if is_none else kind.parse(given)

    return Kind(f"{kind.allowed}, or None", parse, takes_text=kind.takes_text, takes_none=True)


def path(given: Any) -> Path:
    """A :class:`~pathlib.Path`, existing or not, ``~`` expanded."""
    from pathlib import Path

    return Path(os.fspath(given)).expanduser()
