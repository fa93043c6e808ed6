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
    "lets out what its sender raises": "a_sender_that_cannot_be_made_is_counted",
}
"""Faults that any transport may have, whatever drives it and whatever speaks for it."""
OTHERS = [
    (f"{name}+threaded" if FACTORIES[name].wraps else name, fault, check)
    for name, backend in BACKENDS.items()
    if name != "threaded"
    for fault, check in OF_EACH_KIND.items()
    if BY_NAME[check].why_not(backend, SCHEME_OF[fault]) is None
]
OF_A_WRAPPER = {
    "loses some": "events_arrive_in_order_and_byte_for_byte",
    "takes over under a lock": "a_submit_may_interrupt_a_submit",
    "flushes under a lock": "a_submit_may_interrupt_a_flush",
    "says that all is settled": "a_flush_waits_for_all_that_came_before",
    "flushes as long as it takes": "a_flush_keeps_its_deadline",
    "flushes nothing on a loop": "the_async_twins_do_the_same",
    "closes without draining": "a_close_drains_then_refuses",
    "hands a child its parent's queue": "a_fork_while_busy_is_harmless",
    "tells each loss twice": "a_loss_before_the_transport_is_told",
}
"""Faults that a wrapper may have by itself, whatever it wraps."""
WRAPPERS = [
    (name, fault, check)
    for name in BACKENDS
    if FACTORIES[name].wraps
    for fault, check in OF_A_WRAPPER.items()
]
OFFLINE = ("null", "console", "file", "memory")
"""Transports that few checks can ask: each of these has to notice."""
NONE_OF_THEIRS = "says that all is settled"
"""When their submit returns, it is."""
TELLING = [
    (
        name,
        next(f.name for f in FAULTS if check.name in f.red and f.name != NONE_OF_THEIRS),
        check.name,
    )
    for name in OFFLINE
    for check in CHECKS
    if check.why_not(BACKENDS[name], "http") is None
]


def assert_red(folder: Path, fault: str, check: str, *transport: str) -> None:
    command = [sys.executable, str(PROGRAM), str(folder), fault, check, *transport]
    judged = subprocess.run(command, capture_output=True, text=True, check=False)
    outcome, _, reason = judged.stdout.strip().partition(" ")

    if outcome == "skipped":
        pytest.skip(reason)
    assert outcome == "failed", (
        f"{check} does not notice that the transport {fault}: {judged.stdout}{judged.stderr}"
    )


@pytest.mark.parametrize(("fault", "name"), CASES)
def test_a_planted_fault_turns_its_check_red(fault: Fault, name: str, tmp_path: Path) -> None:
    assert_red(tmp_path, fault.name, name)


@pytest.mark.parametrize(("transport", "fault", "check"), [*OTHERS, *WRAPPERS, *TELLING])
def test_a_fault_in_any_transport_turns_its_check_red(
    transport: str, fault: str, check: str, tmp_path: Path
) -> None:
    assert_red(tmp_path, fault, check, transport)


@pytest.mark.parametrize("name", FACTORIES)
def test_each_transport_of_ours_says_how_it_is_checked(name: str) -> None:
    assert FACTORIES[name].backend


def test_each_check_finds_a_fault() -> None:
    assert {name for fault in FAULTS for name in fault.red} == set(BY_NAME)


def test_faults_have_names_of_their_own() -> None:
    assert len({fault.name for fault in FAULTS}) == len(FAULTS)
