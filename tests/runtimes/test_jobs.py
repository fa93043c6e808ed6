"""multiprocessing, concurrent.futures and daemons: an error is told though its process ends at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

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
METHODS = ("fork", "spawn", "forkserver")
WAYS = [f"{kind}-{method}" for kind in ("processes", "pool", "executor") for method in METHODS]


@pytest.mark.parametrize("how", [*WAYS, "executor", "daemon"])
def test_each_error_is_told_once(tmp_path: Path, how: str) -> None:
    with ScriptedServer() as server:
        command = [PYTHON, PROGRAMS / "jobs.py", how]
        with Program(*command, folder=tmp_path, SENTRY_DSN=patient(server)) as program:
            assert program.end() == 0

        assert told(server) == once(*range(JOBS))


@pytest.mark.parametrize("method", METHODS)
def test_processes_end_though_the_server_of_the_errors_never_answers(
    tmp_path: Path, method: str
) -> None:
    with ScriptedServer() as server:
        command = [PYTHON, PROGRAMS / "jobs.py", f"processes-{method}"]
        with Program(*command, folder=tmp_path, SENTRY_DSN=hopeless(server)) as program:
            assert program.end() == 0
