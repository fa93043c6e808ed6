"""What tests of transports on a loop share: a transport, what becomes of it, a program's life."""

from __future__ import annotations

import os
import subprocess
import sys
import warnings
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Any

from rookery.dsn import Dsn
from rookery.envelope import Envelope, Item
from rookery.transport import build_transport

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from rookery.testing.server import ScriptedServer
    from rookery.transport.contract import Transport

PATIENCE = 10.0
"""Seconds for what takes none, on a machine that is busy."""
A_LIFETIME = 60.0
PROGRAMS = Path(__file__).parent / "programs"
WAITING = "rookery is sending what is pending"
"""What a program may say at its end."""


def live(program: str, dsn: str, what: str) -> str:
    """The life of a program that does one thing; what it said."""
    ended = subprocess.run(
        [sys.executable, "-W", "error", PROGRAMS / program, dsn, what],
        capture_output=True,
        text=True,
        timeout=A_LIFETIME,
        check=False,
    )
    complaints = [line for line in ended.stderr.splitlines() if not line.startswith(WAITING)]
    assert (ended.returncode, complaints) == (0, []), ended.stderr
    return ended.stdout.strip()


def build(
    name: str, dsn: str, environ: dict[str, str] | None = None, **arguments: Any
) -> Transport:
    """A transport to a server; of the environment it sees what is given here."""
    return build_transport(Dsn.parse(dsn), name, arguments=arguments, environ=environ or {})


def error(number: int = 0) -> Envelope:
    """An envelope with one event."""
    return Envelope({"event_id": f"{number:032x}"}, [Item.from_json("event", {"message": "oops"})])


def numbers(server: ScriptedServer) -> list[int]:
    """The numbers of the events that arrived, in order."""
    return [int(e.event_id, 16) for e in server.envelopes if e.event_id is not None]


def messages(server: ScriptedServer) -> list[str]:
    """The texts of the events that arrived, in order."""
    return [event["logentry"]["formatted"] for event in server.events]


def assert_settled(transport: Transport, delivered: int) -> None:
    """So many were offered and delivered, and nothing is missing in the books."""
    stats = transport.stats
    assert (stats.offered, stats.delivered, stats.pending) == (delivered, delivered, 0), str(stats)


async def until(sleep: Callable[[float], Awaitable[object]], is_so: Callable[[], object]) -> None:
    """Wait for a condition that nobody announces, while the loop goes on."""
    deadline = monotonic() + PATIENCE
    while not is_so():
        assert monotonic() < deadline
        await sleep(0.002)


def fork() -> int:
    """As :func:`os.fork`, which since 3.12 warns where there are threads: the server's."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        return os.fork()
