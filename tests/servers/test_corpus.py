"""Thousands of events, and all that the other tests send, judged as a server would."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path
from random import Random

import pytest

from tests.fuzz.capturing import recording
from tests.fuzz.situations import situation

pytest.importorskip("sentry_relay", reason="needs sentry-relay, of rookery[servers]")

from tests.servers.judging import complaints

ROOT = Path(__file__).parents[2]
SITUATIONS = 2000
FEWEST = 500
"""Events of the other tests, at least: they are recorded if the count is right."""
NUMBER = re.compile(rb"[0-9a-f]{16,32}|[0-9]+")
SUITES = (
    "client context event fuzz integrations options privacy variables inbox plug testing docs"
).split()


def distinct(events: list[bytes]) -> list[bytes]:
    """Without those that differ from another one in their numbers and ids alone."""
    return list({NUMBER.sub(b"0", event): event for event in events}.values())


@pytest.mark.timeout(600)
def test_nothing_is_wrong_with_an_event_from_any_situation() -> None:
    wrong: Counter[str] = Counter()
    sent = 0
    with recording() as recorder:
        for number in range(SITUATIONS):
            for event in recorder.captured(situation(Random(number))):
                sent += 1
                wrong.update(f"{number}: {complaint}" for complaint in complaints(event))

    assert (sent, wrong) == (SITUATIONS, Counter())


@pytest.mark.timeout(900)
def test_nothing_is_wrong_with_any_event_of_the_other_tests(tmp_path: Path) -> None:
    record = tmp_path / "events"
    environ = {
        **os.environ,
        "ROOKERY_TESTS_RECORD": str(record),
        "PYTHONPATH": str(ROOT / "tests/recording"),
    }
    folders = [f"tests/{name}" for name in SUITES if (ROOT / "tests" / name).is_dir()]
    suite = [*folders, "tests/test_demo.py"]
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *suite]
    ran = subprocess.run(
        command, env=environ, cwd=ROOT, capture_output=True, text=True, check=False
    )

    events = distinct(record.read_bytes().splitlines())
    assert len(events) > FEWEST, ran.stdout[-5000:]
    found = {said: line[:2000] for line in events for said in complaints(line)}
    assert found == {}
