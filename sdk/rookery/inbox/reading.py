"""What the inbox reads leniently: JSON that is not quite JSON, ids, times.

A development server is to show what a program sent, also where the program sent it badly.
"""

from __future__ import annotations

import json
import math
import re
import uuid
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable

SURROGATE = re.compile(rb"\\u[dD][89a-fA-F]")
DEEPEST = 128
"""Levels of nesting, as Sentry's servers read: what is written again must not run out of stack."""
TOO_DEEP = f"nested deeper than {DEEPEST} levels"
TIME = re.compile(
    r"(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d)(?:\.(\d+))?\s*(Z|[+-]\d\d:?\d\d)?", re.IGNORECASE
)


def read_json(data: bytes) -> object:
    """The value; it can be written as UTF-8 and as strict JSON.

    NaN and Infinity, which old Python SDKs send, become None; half of a surrogate pair becomes
    ``?``. Raises ValueError for what is no JSON at all, or is nested too deeply to be read.
    """
    try:
        value = json.loads(data, parse_constant=_nothing, parse_float=_finite)
        if SURROGATE.search(data):
            value = json.loads(json.dumps(value, ensure_ascii=False).encode("utf-8", "replace"))
    except RecursionError:
        raise ValueError(TOO_DEEP) from None
    if not _is_shallow(value):
        raise ValueError(TOO_DEEP)
    return value


def _is_shallow(value: object) -> bool:
    level: list[Any] = [value]
    for _ in range(DEEPEST + 1):
        level = [value for value in level if isinstance(value, dict | list)]
        if not level:
            return True
        level = [inner for outer in level for inner in _inside(outer)]
    return False


def _inside(value: dict[str, Any] | list[Any]) -> Iterable[Any]:
    return value.values() if isinstance(value, dict) else value


def _nothing(_name: str) -> None:
    return None


def _finite(digits: str) -> float | None:
    number = float(digits)
    return number if math.isfinite(number) else None


def read_id(text: object) -> str:
    """32 lower-case hex digits, of an id with or without dashes; raises ValueError."""
    if not isinstance(text, str):
        raise ValueError(f"an event id is a string, not {text!r:.60}")  # noqa: TRY004 - one kind of error for what is read
    try:
        return uuid.UUID(text).hex
    except ValueError:
        raise ValueError(f"an event id has 32 hex digits, not {text!r:.60}") from None


def read_time(value: object) -> float | None:
    """Seconds since the epoch, of a number or an RFC 3339 text; None if it is neither.

    A missing zone is UTC; digits beyond microseconds are cut (protocol: event payload).
    """
    try:
        if isinstance(value, str):
            return _read_timestamp(value)
        return _checked(float(value)) if isinstance(value, int | float) else None
    except (ValueError, OverflowError, OSError):
        return None


def _read_timestamp(text: str) -> float | None:
    if not (match := TIME.fullmatch(text.strip())):
        return None
    day, clock, fraction, zone = match.groups()
    zone = "+00:00" if zone in (None, "Z", "z") else zone
    if ":" not in zone:
        zone = f"{zone[:3]}:{zone[3:]}"
    micros = (fraction or "")[:6].ljust(6, "0")
    return datetime.fromisoformat(f"{day}T{clock}.{micros}{zone}").timestamp()


def _checked(seconds: float) -> float:
    datetime.fromtimestamp(seconds, timezone.utc)
    return seconds


def write_time(seconds: float) -> str:
    """RFC 3339, UTC, with microseconds."""
    moment = datetime.fromtimestamp(seconds, timezone.utc)
    return moment.isoformat(timespec="microseconds").replace("+00:00", "Z")
