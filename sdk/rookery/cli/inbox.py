"""``rookery inbox``: a local server that takes what any Sentry SDK sends, and shows it."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING

from rookery.cli import FAILED, MISUSED, complain
from rookery.version import VERSION

if TYPE_CHECKING:
    from collections.abc import Callable

    from rookery.inbox.server import Place, Run

DEFAULT_PORT = 8977
HIGHEST_PORT = 65535
LONGEST_SIZE = 15
"""Digits of a number of bytes: a petabyte is enough."""
LIBRARIES = ("tornado", "brotli", "zstandard")
"""What the extra brings."""
MISSING = "the inbox needs {library}, which is not installed: pip install 'rookery[inbox]'"
OPEN = (
    "warning: not bound to the loopback: whoever reaches {place.host} port {place.port} can send"
    " events and read them all; there is no password"
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of ``rookery inbox``."""
    parser.epilog = "Any key and any project are accepted: it is a server for development."
    parser.add_argument(
        "--port", type=port, default=DEFAULT_PORT, metavar="N",
        help="port to listen on; 0: any free one (default: %(default)s)",
    )  # fmt: skip
    parser.add_argument(
        "--host", default="127.0.0.1", metavar="H",
        help="address or name to listen on (default: %(default)s, this machine alone)",
    )  # fmt: skip
    parser.add_argument(
        "--db", default=None, metavar="FILE",
        help="SQLite file to keep events in; made if absent (default: memory, gone at the end)",
    )  # fmt: skip
    parser.add_argument(
        "--max-event-size", type=size, default=None, metavar="BYTES",
        help="refuse a larger event with a 413 (default: 1 MiB, as Sentry)",
    )  # fmt: skip
    parser.add_argument(
        "--max-envelope-size", type=size, default=None, metavar="BYTES",
        help="refuse a larger envelope, decompressed, with a 413 (default: 200 MiB, as Sentry)",
    )  # fmt: skip
    parser.add_argument(
        "--quiet", action="store_true", help="print the DSN, and nothing for each event"
    )


def port(text: str) -> int:
    """A port number; argparse makes an error message of the exception."""
    if text.isascii() and text.isdigit() and int(text[:9]) <= HIGHEST_PORT:
        return int(text)
    raise argparse.ArgumentTypeError(f"{text!r} is no port; give 0 to {HIGHEST_PORT}")


def size(text: str) -> int:
    """A number of bytes."""
    if text.isascii() and text.isdigit() and len(text) <= LONGEST_SIZE:
        return int(text)
    raise argparse.ArgumentTypeError(f"{text!r} is no number of bytes; give one like 1048576")


def run(arguments: argparse.Namespace) -> int:
    """Serve until Ctrl-C or SIGTERM."""
    try:
        from rookery.inbox import server, store
    except ModuleNotFoundError as fault:
        library = (fault.name or "").partition(".")[0]
        if library not in LIBRARIES:
            raise
        complain(MISSING.format(library=library))
        return MISUSED
    try:
        server.run(how(arguments))
    except store.BadDatabase as fault:
        complain(f"--db {fault}")
        return MISUSED
    except OSError as fault:
        complain(f"cannot listen on {arguments.host} port {arguments.port}: {fault.strerror}")
        complain("give another --host, or --port 0 for any free port")
        return FAILED
    return 0


def how(arguments: argparse.Namespace) -> Run:
    """The options as the server takes them."""
    from rookery.inbox.limits import Limits
    from rookery.inbox.server import Run
    from rookery.inbox.store import IN_MEMORY

    sizes = {"event": arguments.max_event_size, "envelope": arguments.max_envelope_size}
    return Run(
        host=arguments.host,
        port=arguments.port,
        database=IN_MEMORY if arguments.db is None else arguments.db,
        limits=Limits(**{name: given for name, given in sizes.items() if given is not None}),
        ready=announce_dsn if arguments.quiet else announcer(arguments.db),
        say=nothing if arguments.quiet else tell,
    )


def announce_dsn(place: Place) -> None:
    """The one line of ``--quiet``, for scripts: it is there once requests are taken."""
    tell(place.dsn)
    warn(place)


def announcer(database: str | None) -> Callable[[Place], None]:
    """What is said at the start."""
    kept = database or "memory, gone at the end (--db FILE keeps them)"

    def announce(place: Place) -> None:
        tell(f"rookery inbox {VERSION}, stops with Ctrl-C")
        tell(f"  DSN     {place.dsn}    (any key, any project)")
        tell(f"  page    {place.page}")
        tell(f"  events  {kept}")
        warn(place)

    return announce


def warn(place: Place) -> None:
    """Nobody is to open an inbox to the network without knowing."""
    if not place.is_local:
        complain(OPEN.format(place=place))


def tell(line: str) -> None:
    """On standard output at once, in whatever it can encode."""
    encoding = sys.stdout.encoding or "ascii"
    print(line.encode(encoding, "backslashreplace").decode(encoding), flush=True)


def nothing(_line: str) -> None:
    """What ``--quiet`` says of each event."""
