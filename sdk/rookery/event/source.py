"""Source lines around a line, from files, archives, notebooks and generated code alike.

Rule 1: the standard library's ``linecache`` knows files, archives, notebooks and what else was
        put into it, and keeps what it read; it is asked once for each place.
Rule 2: it passes over names such as ``<template>``. Then the module's loader is asked, but only if
        the module's own file has that name: code that a module merely executes is not its source.
"""

from __future__ import annotations

import linecache
from typing import TYPE_CHECKING, Any, NamedTuple

from rookery.event.text import clean, cut
from rookery.transport.guard import unheard

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

AROUND = 5
MAX_LINE = 512


class SourceContext(NamedTuple):
    """The line, and up to five before and after it, without line endings."""

    before: list[str]
    line: str
    after: list[str]


def source_context(
    filename: str, lineno: int, module_globals: dict[str, Any]
) -> SourceContext | None:
    """What stands around line ``lineno`` (from 1); None if there is no such line to be had."""
    lines = _asked(linecache.getlines, filename, module_globals) or loaded(filename, module_globals)
    at = lineno - 1
    if not 0 <= at < len(lines):
        return None
    before, after = lines[max(0, at - AROUND) : at], lines[at + 1 : at + 1 + AROUND]
    return SourceContext(_tidy(before), _tidy([lines[at]])[0], _tidy(after))


def loaded(filename: str, module_globals: dict[str, Any]) -> list[str]:
    """What the loader of the module of this file has as its source (PEP 302)."""
    spec = module_globals.get("__spec__")
    loader = module_globals.get("__loader__") or getattr(spec, "loader", None)
    get_source = getattr(loader, "get_source", None)
    own = (module_globals.get("__file__"), getattr(spec, "origin", None))
    if get_source is None or filename not in own:
        return []
    source = _asked(get_source, module_globals.get("__name__"))
    return source.splitlines() if isinstance(source, str) else []


def _asked(function: Callable[..., Any], *arguments: object) -> Any:
    try:
        return unheard(function, *arguments)
    except Exception:  # noqa: BLE001  # a loader is anybody's code
        return None


def _tidy(lines: Sequence[str]) -> list[str]:
    return [clean(cut(line.rstrip("\r\n"), MAX_LINE)) for line in lines]
