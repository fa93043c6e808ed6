"""The command ``rookery``. Each subcommand is a module, imported only when it is asked for."""

from __future__ import annotations

import argparse
import platform
import sys
from importlib import import_module
from typing import TYPE_CHECKING, Protocol, cast

from rookery.version import VERSION

if TYPE_CHECKING:
    from collections.abc import Sequence

FAILED = 1
MISUSED = 2
"""Exit statuses: it did not work; what was typed, or what is installed, must change first."""


class Command(Protocol):
    """What the module of a subcommand has."""

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Declare its options."""

    def run(self, arguments: argparse.Namespace) -> int:
        """Do it; the exit status."""


COMMANDS = {
    "conformance": ("rookery.cli.conformance", "check that a transport keeps the contract"),
    "inbox": ("rookery.cli.inbox", "run a local server that shows what SDKs send"),
    "options": ("rookery.cli.options", "print what init understands: names, defaults, variables"),
    "send": ("rookery.cli.send", "post what the transport 'file' has written"),
    "transports": ("rookery.cli.transports", "print the transports that can be named here"),
}
"""Name -> module, and one line of help."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run ``rookery ARGV``; the exit status. argparse itself exits with 2, or 0 after ``--help``."""
    arguments = make_parser().parse_args(argv)
    module, summary = COMMANDS[arguments.command]
    command = cast("Command", import_module(module))
    parser = argparse.ArgumentParser(prog=f"rookery {arguments.command}", description=summary)
    command.add_arguments(parser)
    return command.run(parser.parse_args(arguments.rest))


def make_parser() -> argparse.ArgumentParser:
    """What comes before the options of a subcommand."""
    width = max(map(len, COMMANDS))
    listing = "\n".join(f"  {name:<{width}}  {text}" for name, (_, text) in COMMANDS.items())
    parser = argparse.ArgumentParser(
        prog="rookery",
        description="Rookery: error reporting through a transport of your choice.",
        epilog=f"commands:\n{listing}\n\n`rookery COMMAND --help` tells more.",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        usage="rookery [--version] COMMAND ...",
    )
    version = f"rookery {VERSION} (Python {platform.python_version()})"
    parser.add_argument("--version", action="version", version=version)
    parser.add_argument("command", choices=COMMANDS, metavar="COMMAND", help="one of those below")
    parser.add_argument("rest", nargs=argparse.REMAINDER, help=argparse.SUPPRESS)
    return parser


def complain(text: str) -> None:
    """Say on standard error what is wrong."""
    print(f"rookery: {text}", file=sys.stderr)
