"""``rookery options``: what ``init`` understands, as a table.

The same rows as in the documentation, made of the declarations.
"""

from __future__ import annotations

import textwrap
from shutil import get_terminal_size
from typing import TYPE_CHECKING

from rookery.cli import FAILED, complain
from rookery.options import ALL_OPTIONS, EFFECTIVE, LATER, table
from rookery.transport.declare import did_you_mean
from rookery.transport.settings import SETTINGS

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterable, Iterator, Sequence

    from rookery.transport.declare import Option

    Row = Sequence[str]

PARTS: tuple[tuple[str, Sequence[Option]], ...] = (
    ("Of the client", EFFECTIVE),
    ("Of every transport", SETTINGS),
    ("Accepted, without effect in this version", LATER),
)
HEAD: Row = ("name", "default", "give", "environment", "means")
GAP, NARROWEST = "  ", 30
"""What stands between columns, and how little room, in characters, the last one is given."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options of this command."""
    parser.add_argument(
        "text", nargs="*", metavar="NAME", help="only options with this in one of their names"
    )
    parser.add_argument("--markdown", action="store_true", help="print tables of Markdown")


def run(arguments: argparse.Namespace) -> int:
    """Print the tables; the exit status."""
    wanted: Sequence[str] = [text.lower() for text in arguments.text]
    parts = [(title, [o for o in part if _is_wanted(o, wanted)]) for title, part in PARTS]
    if not any(part for _, part in parts):
        names = (name for option in ALL_OPTIONS for name in option.names)
        near = did_you_mean(wanted[0], names)
        complain(f"no option has {' or '.join(map(repr, wanted))} in its name{near}")
        return FAILED
    show = _as_markdown if arguments.markdown else _as_text
    print("\n\n".join(show(title, part) for title, part in parts if part))
    return 0


def _is_wanted(option: Option, wanted: Sequence[str]) -> bool:
    names = (*option.names, *(variable.lower() for variable in option.env))
    return not wanted or any(text in name for text in wanted for name in names)


def _as_markdown(title: str, options: Sequence[Option]) -> str:
    return f"## {title}\n\n{markdown(HEAD, option_rows(options))}"


def option_rows(options: Sequence[Option]) -> Iterator[Row]:
    """Name, default, what may be given, environment, meaning, in Markdown."""
    for row in table(options):
        name = _code([row.name]) + (f" (also {_code(row.aliases)})" if row.aliases else "")
        yield name, _code([row.default]), row.allowed, _code(row.environment), row.doc


def _code(words: Iterable[str]) -> str:
    return ", ".join(f"`{word}`" for word in words)


def markdown(head: Row, rows: Iterable[Row]) -> str:
    """A table as MyST and GitHub read it."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(
        "| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines
    )


def _as_text(title: str, options: Sequence[Option]) -> str:
    """Name and default side by side with the rest, which is as wide as the terminal allows."""
    lines = [f"{title}:"]
    rows = list(table(options))
    widths = [max(len(row.name) for row in rows), max(len(row.default) for row in rows)]
    start = sum(widths) + 3 * len(GAP)
    room = max(NARROWEST, get_terminal_size().columns - start)
    for row in rows:
        said = [row.doc, f"Give {row.allowed}."]
        if row.aliases:
            said.append(f"Also: {', '.join(row.aliases)}.")
        if row.environment:
            said.append(f"Environment: {', '.join(row.environment)}.")
        first, *more = [line for text in said for line in textwrap.wrap(text, room)]
        lines.append(f"{GAP}{row.name:<{widths[0]}}{GAP}{row.default:<{widths[1]}}{GAP}{first}")
        lines += [" " * start + line for line in more]
    return "\n".join(lines)
