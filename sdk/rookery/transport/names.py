"""The grammar of names: ``[name "+"] wire``, ``wrapper "+" rest``, ``package.module:Class``."""

from __future__ import annotations

import re
from typing import NamedTuple

WIRES = ("http", "https")
IMPORT_PATH = re.compile(r"[^\W\d]\w*(\.[^\W\d]\w*)*:[^\W\d]\w*(\.[^\W\d]\w*)*")


class Named(NamedTuple):
    """A choice in parts. Either may be missing, not both in a DSN."""

    name: str | None
    wire: str | None


def split(choice: str) -> Named:
    """``"gevent+https"`` is ("gevent", "https"), ``"gevent"`` ("gevent", None)."""
    name, plus, last = choice.strip().rpartition("+")
    if last.lower() not in WIRES:
        return Named(choice.strip() or None, None)
    return Named(name if plus else None, last.lower())


def wrapped(name: str) -> tuple[str, str] | None:
    """``"spool+gevent"`` as (wrapper, rest): what to try when nobody has the whole name."""
    wrapper, plus, rest = name.partition("+")
    return (wrapper, rest) if plus and wrapper and rest else None


def is_import_path(name: str) -> bool:
    """Whether this is ``package.module:Class`` and not a name."""
    return IMPORT_PATH.fullmatch(name) is not None
