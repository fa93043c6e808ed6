"""What the laws of delivery come to in figures: ``python benchmarks/laws.py [EVENTS]``.

Prints how long programs live that end with a hundred events queued, by what the server does and by
where the last event comes from; and what a flood of ``EVENTS`` (50,000) costs in memory and threads
while a server accepts and never answers. The programs are those of ``tests/laws``.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from statistics import median
from time import perf_counter

sys.path.insert(0, str(Path(__file__).parent.parent))

from tests.laws.running import run, server

SERVERS = ["normal", "stalled", "refusing", "resetting"]
LAST = ["end", "early", "late", "finalizer"]
SHUTDOWN_TIMEOUT = 2.0
GRACE = 0.5
RUNS = 3
MIB = 2**20


def seconds(program: str, *arguments: object) -> float:
    """Seconds that a program lives, the median of a few runs."""
    lives = []
    for _ in range(RUNS):
        began = perf_counter()
        run(program, *arguments)
        lives.append(perf_counter() - began)
    return median(lives)


def ends() -> float:
    """Print a row for each server and a column for each source; gives the longest life."""
    longest = 0.0
    print(f"{'server':<11}" + "".join(f"{last:>11}" for last in LAST) + "   (s, threaded)")
    for behaviour in SERVERS:
        row = []
        for last in LAST:
            with server(behaviour) as there:
                row.append(seconds("ending", there.dsn, "threaded", last))
        longest = max(longest, *row)
        print(f"{behaviour:<11}" + "".join(f"{life:11.2f}" for life in row))
    return longest


def flood(events: int) -> None:
    """Print what a flood costs."""
    with server("stalled") as there:
        found = json.loads(run("flooding", there.dsn, events).said)
    accounted = found["delivered"] + found["dropped"] + found["pending"]
    print(
        f"\n{events} captures, no answer: {found['grown'] / MIB:.1f} MiB more"
        f" (bound {found['maxbytes'] / MIB + 10:.0f}), {found['threads']} threads,"
        f" {accounted} of {found['offered']} accounted for"
    )


def main() -> int:
    """Whether some program outlived its deadline; its start and its imports count too."""
    longest = ends()
    limit = SHUTDOWN_TIMEOUT + GRACE
    print(f"longest life of a program: {longest:.2f} s (limit {limit} s)")
    flood(int(sys.argv[1]) if len(sys.argv) > 1 else 50_000)
    return longest > limit


if __name__ == "__main__":
    sys.exit(main())
