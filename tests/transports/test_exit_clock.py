"""The one deadline of a program that ends, after a loop that ended before it."""

from __future__ import annotations

import subprocess
import sys

import pytest

ENDING = """
import atexit, time
from rookery_transports.waiting import ExitClock

def tell(spent, later):
    clock = ExitClock(TIMEOUT)
    clock.spend(spent)
    time.sleep(later)
    now = time.monotonic()
    print(round(clock.limit(now + 60) - now))

atexit.register(tell, SPENT, LATER)
"""


@pytest.mark.parametrize(
    ("timeout", "spent", "later", "left"),
    [
        (20, 0, 0, 20),
        (20, 15, 0, 5),
        (20, 20, 0, 0),
        (20, 30, 0, 0),
        pytest.param(0.6, 0.6, 0.7, 1, id="long after the loop"),
    ],
)
def test_an_exit_has_what_a_loop_has_left_of_the_time(
    timeout: float, spent: float, later: float, left: int
) -> None:
    ending = ENDING
    for name, value in (("TIMEOUT", timeout), ("SPENT", spent), ("LATER", later)):
        ending = ending.replace(name, str(value))
    ended = subprocess.run(
        [sys.executable, "-c", ending], capture_output=True, text=True, check=True
    )
    assert ended.stdout.strip() == str(left)
