"""multiprocessing, concurrent.futures and daemons: an error is told though its process ends at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from rookery.testing.server import ScriptedServer
from tests.runtimes.running import (
    PROGRAMS,
    PYTHON,
    Program,
    hopeless,
    needs_proc,
    once,
    patient,
    told,
)

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = needs_proc

JOBS = 4
KINDS = ("processes", "pool", "replaced", "executor")
METHODS = ("fork", "spawn", "forkserver")
WAYS = [*(f"{kind}-{method}" for kind in KINDS for method in METHODS), "executor", "daemon"]
ALONE = [f"processes-{method}" for method in METHODS]
"""Each job in a process of its own."""


def jobs(folder: Path, dsn: str, how: str, **environ: Any) -> Program:
    """The program, with its jobs done in this way."""
    command = [PYTHON, PROGRAMS / "jobs.py", how]
    return Program(*command, folder=folder, SENTRY_DSN=dsn, **environ)


@pytest.mark.parametrize("how", WAYS)
def test_each_error_is_told_once(tmp_path: Path, how: str) -> None:
    with ScriptedServer() as server:
        with jobs(tmp_path, patient(server), how) as program:
            assert program.end() == 0

        assert told(server) == once(*range(JOBS), "the program's own")


@pytest.mark.parametrize("how", [way for way in WAYS if way.startswith(("processes", "executor"))])
def test_each_error_is_told_once_by_workers_that_make_their_client_and_flush(
    tmp_path: Path, how: str
) -> None:
    with ScriptedServer() as server:
        with jobs(tmp_path, patient(server), how, JOBS_INIT="worker") as program:
            assert program.end() == 0

        assert told(server) == once(*range(JOBS), "the program's own")


@pytest.mark.parametrize("how", [*ALONE, "pool-fork", "executor-spawn", "executor", "daemon"])
def test_processes_end_though_the_server_of_the_errors_never_answers(
    tmp_path: Path, how: str
) -> None:
    with ScriptedServer() as server, jobs(tmp_path, hopeless(server), how) as program:
        assert program.end() == 0
