"""``multiprocessing`` and ``concurrent.futures``: what fails in a worker is told once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from rookery.testing.server import ScriptedServer
from tests.runtimes.running import PROGRAMS, PYTHON, Program, needs_proc, once, patient, told

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = needs_proc

TASKS = 4
KINDS = ["threads"] + [
    f"{kind}-{method}"
    for kind in ("pool", "children")
    for method in ("fork", "spawn", "forkserver")
]


@pytest.mark.parametrize("kind", KINDS)
def test_each_error_is_told_once(tmp_path: Path, kind: str) -> None:
    with ScriptedServer() as server:
        command = [PYTHON, PROGRAMS / "workshop.py", kind, TASKS]
        with Program(*command, folder=tmp_path, SENTRY_DSN=patient(server)) as program:
            assert program.end() == 0

        assert told(server) == once(*range(TASKS), "the workshop's own")
