"""Programs that live a life of their own, and servers that treat them badly."""

from __future__ import annotations

import subprocess
import sys
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from rookery.testing.server import RefusingServer, ScriptedServer

if TYPE_CHECKING:
    from collections.abc import Iterator

PROGRAMS = Path(__file__).parent / "programs"
EVILS = {"stalled": "stall", "resetting": "reset"}
A_LIFETIME = 60.0
"""Seconds after which a program that has not ended is taken to hang."""


@dataclass(frozen=True)
class Ended:
    """How a program ended, and what it said."""

    code: int
    said: str
    complained: str


def run(program: str, *arguments: object) -> Ended:
    """Run a program of ours to its end; one that hangs fails the test."""
    command = [sys.executable, "-X", "faulthandler", str(PROGRAMS / f"{program}.py")]
    try:
        ended = subprocess.run(
            [*command, *map(str, arguments)],
            capture_output=True,
            text=True,
            timeout=A_LIFETIME,
            check=False,
        )
    except subprocess.TimeoutExpired as hung:
        pytest.fail(f"{program} {arguments} hangs; it said {hung.stdout!r} and {hung.stderr!r}")
    return Ended(ended.returncode, ended.stdout, ended.stderr)


@contextmanager
def server(behaviour: str) -> Iterator[ScriptedServer | RefusingServer]:
    """A server that does the same to everybody: ``normal``, or one of its evils."""
    if behaviour == "refusing":
        with RefusingServer() as nobody:
            yield nobody
        return
    with ScriptedServer() as somebody:
        if behaviour != "normal":
            somebody.script(*[EVILS[behaviour]] * 500)
        yield somebody
