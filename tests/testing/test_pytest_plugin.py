"""The pytest plugin, in runs of pytest of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

HEAVY = ("rookery.client", "rookery.envelope", "rookery_transports", "urllib3", "asyncio", "ssl")


def run_pytest(folder: Path, test: str) -> subprocess.CompletedProcess[str]:
    (folder / "test_it.py").write_text(test, encoding="utf-8")
    command = [sys.executable, "-W", "error", "-m", "pytest", "-p", "no:cacheprovider", str(folder)]
    environ = {name: value for name, value in os.environ.items() if "PYTEST" not in name}
    return subprocess.run(
        command, cwd=folder, env=environ, text=True, capture_output=True, check=False, timeout=60
    )


def assert_passes(folder: Path, test: str, passed: int = 1) -> None:
    done = run_pytest(folder, test)
    assert done.returncode == 0, done.stdout + done.stderr
    assert f"{passed} passed" in done.stdout


def test_a_test_sees_what_it_captures(tmp_path: Path) -> None:
    assert_passes(
        tmp_path,
        """
import rookery

def test_it(rookery_events):
    assert not rookery_events
    try:
        1 / 0
    except ZeroDivisionError:
        rookery.capture_exception()
    rookery.capture_message("second")

    first, second = rookery_events
    assert first["exception"]["values"][-1]["type"] == "ZeroDivisionError"
    assert second["logentry"]["formatted"] == "second"
    assert rookery_events[-1:] == [second]
    assert len(rookery_events.envelopes) == 2
    rookery_events.clear()
    assert rookery_events == []
""",
    )


def test_a_test_starts_with_nothing_and_leaves_nothing(tmp_path: Path) -> None:
    assert_passes(
        tmp_path,
        """
import pytest
import rookery

@pytest.mark.parametrize("turn", [1, 2])
def test_it(rookery_events, turn):
    assert rookery.get_isolation_scope().tags == {}
    rookery.set_tag("turn", str(turn))
    rookery.capture_message("once")
    (event,) = rookery_events
    assert event["tags"] == {"turn": str(turn)}

def test_after():
    assert not rookery.is_initialized()
    assert rookery.get_isolation_scope().tags == {}
""",
        passed=3,
    )


def test_the_client_that_was_there_is_back_afterwards(tmp_path: Path) -> None:
    assert_passes(
        tmp_path,
        """
import pytest
import rookery

@pytest.fixture(scope="module", autouse=True)
def client():
    with rookery.init("https://key@host.invalid/7", transport="memory") as guard:
        yield guard.client

def test_it(rookery_events, client):
    rookery.capture_message("here")
    assert len(rookery_events) == 1
    assert client.transport.events == []

def test_after(client):
    assert rookery.get_client() is client
    rookery.capture_message("there")
    assert len(client.transport.events) == 1
""",
        passed=2,
    )


def test_options_may_be_given(tmp_path: Path) -> None:
    assert_passes(
        tmp_path,
        """
import pytest
import rookery

@pytest.fixture
def rookery_options():
    return {"release": "1.2.3"}

def test_it(rookery_events):
    rookery.capture_message("here")
    assert rookery_events[0]["release"] == "1.2.3"
""",
    )


@pytest.mark.parametrize("module", HEAVY)
def test_a_run_that_does_not_ask_for_it_loads_nothing(tmp_path: Path, module: str) -> None:
    check = f"{module!r} not in sys.modules"  # or pytest has it already
    code = f"import pytest, sys; sys.exit(0) if not ({check}) else None; "
    code += f"import rookery.testing.pytest_plugin; assert {check}"
    subprocess.run([sys.executable, "-c", code], cwd=tmp_path, check=True, timeout=60)
