"""At which column of its line a call stands, where Python knows (PEP 657, from 3.11 on)."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import CodeType

INSTRUCTION = 2
"""Bytes of one instruction of CPython's."""

Position = tuple["int | None", "int | None", "int | None", "int | None"]
"""First line, last line, first column, last column; columns are bytes of UTF-8, from 0."""


def column(code: CodeType, instruction: int, lineno: int, text: str | None) -> int | None:
    """The column, in characters from 1, at which the instruction's source begins.

    ``text`` is the source line, without which a column counts bytes. None where Python keeps no
    columns (3.10, ``-X no_debug_ranges``), or tells of another line.
    """
    positions: Any = getattr(code, "co_positions", None)
    if positions is None or instruction < 0:
        return None
    found: Iterator[Position] = islice(positions(), instruction // INSTRUCTION, None)
    line, _, begin, _ = next(found, (None,) * 4)
    if line != lineno or begin is None:
        return None
    return 1 + (begin if text is None else characters(text, begin))


def characters(text: str, size: int) -> int:
    """How many characters the first ``size`` bytes of the line are."""
    if text.isascii():
        return size
    return len(text.encode("utf-8", "replace")[:size].decode("utf-8", "ignore"))
