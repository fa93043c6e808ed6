"""``threaded`` in programs that are patched once it is there: it keeps to the threads it began with."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from rookery.testing.server import ScriptedServer
from tests.runtimes.running import PROGRAMS, PYTHON, Program, needs, needs_proc, once, patient, told

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = needs_proc


@pytest.mark.parametrize(
    ("when", "errors"), [("before", range(1, 5)), ("after", range(5))], ids=["before", "after"]
)
@pytest.mark.parametrize(
    "library", [pytest.param(name, marks=needs(name)) for name in ("gevent", "eventlet")]
)
def test_each_error_is_told_once(tmp_path: Path, library: str, when: str, errors: range) -> None:
    with ScriptedServer() as server:
        command = [PYTHON, PROGRAMS / "patched_late.py", library, when]
        with Program(*command, folder=tmp_path, SENTRY_DSN=patient(server)) as program:
            assert program.end() == 0

        assert told(server) == once(*errors)
