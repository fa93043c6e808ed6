"""The conformance kit can fail: each planted fault turns its checks red, and each check has one."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from rookery.testing.conformance import CHECKS
from rookery.testing.faults import FAULTS, Fault

PROGRAM = Path(__file__).parent / "judge_a_fault.py"
BY_NAME = {check.name: check for check in CHECKS}
CASES = [
    pytest.param(fault, name, id=f"{fault.name}-{name}") for fault in FAULTS for name in fault.red
]


@pytest.mark.parametrize(("fault", "name"), CASES)
def test_a_planted_fault_turns_its_check_red(fault: Fault, name: str) -> None:
    command = [sys.executable, str(PROGRAM), fault.name, name]
    judged = subprocess.run(command, capture_output=True, text=True, check=False)
    outcome, _, reason = judged.stdout.strip().partition(" ")

    if outcome == "skipped":
        pytest.skip(reason)
    assert outcome == "failed", (
        f"{name} does not notice that the transport {fault}: {judged.stdout}{judged.stderr}"
    )


def test_each_check_finds_a_fault() -> None:
    assert {name for fault in FAULTS for name in fault.red} == set(BY_NAME)


def test_faults_have_names_of_their_own() -> None:
    assert len({fault.name for fault in FAULTS}) == len(FAULTS)
