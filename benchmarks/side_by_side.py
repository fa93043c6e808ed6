"""Runs a measurement for each SDK in turn, every one in a fresh process, and compares medians.

What runs at the same moment disturbs both alike: rounds are interleaved, and the ratio is the
median over pairs of neighbours.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from importlib.util import find_spec
from statistics import median
from typing import NamedTuple

SDKS = ("rookery", "sentry_sdk")
Sample = dict[str, float]


class Row(NamedTuple):
    name: str
    ours: float
    theirs: float
    ratio: float


def compare(script: str, rounds: int, *arguments: str) -> list[Row]:
    """One row per name that ``script SDK ARGUMENT...`` prints, as a JSON object of numbers."""
    for sdk in SDKS:
        if find_spec(sdk) is None:
            sys.exit(f"{sdk} is not installed: `make bench`, or pip install -e '.[bench]'")
    pairs = []
    for number in range(rounds):
        order = SDKS if number % 2 else SDKS[::-1]
        found = {sdk: measure(script, sdk, *arguments) for sdk in order}
        pairs.append([found[sdk] for sdk in SDKS])
    return [_row(name, pairs) for name in pairs[0][0]]


def measure(script: str, *arguments: str) -> Sample:
    done = subprocess.run(
        [sys.executable, script, *arguments],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONDONTWRITEBYTECODE": ""},  # a checkout is compiled once as well
    )
    if done.returncode:
        sys.exit(f"{script} {' '.join(arguments)} failed:\n{done.stderr}")
    found: Sample = json.loads(done.stdout.splitlines()[-1])
    return found


def _row(name: str, pairs: list[list[Sample]]) -> Row:
    ours, theirs = ([pair[side][name] for pair in pairs] for side in (0, 1))
    ratio = median(mine / other for mine, other in zip(ours, theirs, strict=True))
    return Row(name, median(ours), median(theirs), ratio)


def show(rows: list[Row], unit: str, goals: dict[str, float]) -> None:
    print(f"{unit:>24} {SDKS[0]:>12} {SDKS[1]:>12} {'ratio':>8} {'goal':>6}")
    for row in rows:
        goal = f"{goals[row.name]:.2f}" if row.name in goals else ""
        print(f"{row.name:>24} {row.ours:12.1f} {row.theirs:12.1f} {row.ratio:8.3f} {goal:>6}")
