"""Servers and workers of other people's, run as they are in production, and what they left behind.

Every process that a program starts, and those that these start, is known by a variable of its
environment. Whatever a test ends or counts is found by that, and is its own.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from types import TracebackType

    from typing_extensions import Self

    from rookery.testing.server import ScriptedServer

PROGRAMS = Path(__file__).parent / "programs"
PYTHON = sys.executable
BIN = Path(PYTHON).parent
PATIENCE = 30.0
"""Seconds after which what has not happened is taken to hang."""
A_MOMENT = 0.02
MARK = "ROOKERY_TESTS_RUN"
RESERVED = ("SENTRY_", "ROOKERY_")

needs_proc = pytest.mark.skipif(sys.platform != "linux", reason="processes are read from /proc")


def needs(module: str) -> pytest.MarkDecorator:
    """Skip, and say why, where a library is not installed."""
    from importlib.util import find_spec

    try:
        is_here = find_spec(module) is not None
    except ModuleNotFoundError:
        is_here = False
    return pytest.mark.skipif(not is_here, reason=f"there is no module {module}")


class Program:
    """A program that was started, with all processes that come of it. Ended at the latest on exit.

    A process that outlives it fails the test. What all of them wrote is shown if the test fails.
    """

    def __init__(self, *command: object, folder: Path, fds: tuple[int, ...] = (), **environ: str):
        self._mark = f"{MARK}={uuid4().hex}"
        self._log = folder / f"{uuid4().hex}.log"
        with self._log.open("wb") as log:
            self.process = subprocess.Popen(
                list(map(str, command)),
                cwd=folder,
                env={**surroundings(), **environ, **dict([self._mark.split("=")])},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                pass_fds=fds,
            )

    @property
    def said(self) -> str:
        """What its processes wrote, to either stream."""
        return self._log.read_text(encoding="utf-8", errors="replace")

    def processes(self) -> set[int]:
        """Those of its processes that live, however they were started."""
        mark = b"\0" + self._mark.encode() + b"\0"
        return {pid for pid in pids() if mark in b"\0" + environment(pid)}

    def wait_until(self, condition: Callable[[], object], what: str) -> None:
        """Wait for something that the program does."""
        ends = time.monotonic() + PATIENCE
        while not condition():
            assert time.monotonic() < ends, f"not within {PATIENCE} s: {what}"
            time.sleep(A_MOMENT)

    def stop(self, by: signal.Signals = signal.SIGTERM) -> int:
        """Signal the first process, and wait for its end; its exit code."""
        self.process.send_signal(by)
        return self.end()

    def end(self) -> int:
        """Wait for the end of the first process, then of all; the first one's exit code."""
        self.wait_until(lambda: self.process.poll() is not None, "the program ends")
        self.wait_until(lambda: not self.processes(), "each process ends that it started")
        return self.process.returncode

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        left = self.processes()
        for pid in left:
            os.kill(pid, signal.SIGKILL)
        self.process.kill()
        self.process.wait()
        sys.stdout.write(self.said)  # pytest shows it if the test fails
        assert error is not None or not left, f"left over: {left}"


def surroundings() -> Mapping[str, str]:
    """The environment without what would tell Rookery something, with our programs to import."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(RESERVED)}
    path = [str(BIN), *kept.get("PATH", "").split(os.pathsep)]
    return {**kept, "PYTHONPATH": str(PROGRAMS), "PATH": os.pathsep.join(path)}


def pids() -> Iterator[int]:
    """Every process of this machine."""
    return (int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdecimal())


def environment(pid: int) -> bytes:
    """What a process was started with; nothing of one that is gone or that is somebody else's."""
    try:
        return Path(f"/proc/{pid}/environ").read_bytes()
    except OSError:
        return b""


def patient(server: ScriptedServer) -> str:
    """The DSN for a program that has time to send: two busy cores may need more than the default."""
    return f"{server.dsn}?shutdown_timeout=15"


def hopeless(server: ScriptedServer) -> str:
    """The DSN of a server that never answers, for a program that would wait long for an answer."""
    server.script(*["stall"] * 100)
    return f"{server.dsn}?timeout=600&shutdown_timeout=0.5"


def told(server: ScriptedServer) -> Counter[str]:
    """How often each error came: by its text."""
    return Counter(last_error(event)["value"] for event in server.events)


def last_error(event: Mapping[str, Any]) -> Mapping[str, Any]:
    """The error itself, of a chain."""
    values: list[Mapping[str, Any]] = event["exception"]["values"]
    return values[-1]


def once(*errors: object) -> Counter[str]:
    """Each of them, and each of them once."""
    return Counter(map(str, errors))
