"""The conformance kit can fail: each planted fault turns its checks red, and each check has one."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from rookery.testing.conformance import CHECKS
from rookery.testing.faults import FAULTS, Fault
from tests.conformance.ours import BACKENDS, FACTORIES

PROGRAM = Path(__file__).parent / "judge_a_fault.py"
BY_NAME = {check.name: check for check in CHECKS}
SCHEME_OF = {fault.name: fault.scheme for fault in FAULTS}
CASES = [
    pytest.param(fault, name, id=f"{fault.name}-{name}") for fault in FAULTS for name in fault.red
]


OF_EACH_KIND = {
    "loses some": "events_arrive_in_order_and_byte_for_byte",
    "ignores maxsize": "a_full_queue_refuses",
    "never retries": "a_reset_is_retried",
    "waits for ever for an answer": "a_server_that_stalls_costs_the_read_time_out",
    "goes past its proxy": "a_proxy_that_is_away_is_a_failure",
    "verifies nobody": "a_bad_certificate_is_refused",
}
"""Faults that any transport may have, whatever drives it and whatever speaks for it."""
OTHERS = [
    pytest.param(name, fault, id=f"{name}-{fault}")
    for name, backend in BACKENDS.items()
    if name != "threaded" and not FACTORIES[name].wraps
    for fault, check in OF_EACH_KIND.items()
    if BY_NAME[check].why_not(backend, SCHEME_OF[fault]) is None
]


def assert_red(fault: str, check: str, *transport: str) -> None:
    command = [sys.executable, str(PROGRAM), fault, check, *transport]
    judged = subprocess.run(command, capture_output=True, text=True, check=False)
    outcome, _, reason = judged.stdout.strip().partition(" ")

    if outcome == "skipped":
        pytest.skip(reason)
    assert outcome == "failed", (
        f"{check} does not notice that the transport {fault}: {judged.stdout}{judged.stderr}"
    )


@pytest.mark.parametrize(("fault", "name"), CASES)
def test_a_planted_fault_turns_its_check_red(fault: Fault, name: str) -> None:
    assert_red(fault.name, name)


@pytest.mark.parametrize(("transport", "fault"), OTHERS)
def test_a_fault_in_any_transport_turns_its_check_red(transport: str, fault: str) -> None:
    assert_red(fault, OF_EACH_KIND[fault], transport)


def test_each_check_finds_a_fault() -> None:
    assert {name for fault in FAULTS for name in fault.red} == set(BY_NAME)


def test_faults_have_names_of_their_own() -> None:
    assert len({fault.name for fault in FAULTS}) == len(FAULTS)
