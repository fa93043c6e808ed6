"""Microseconds of CPU, of the whole process, for one event that has been delivered.

    python benchmarks/delivered.py [ROUNDS]

Capturing, writing, compressing and sending are all in it. The server is another process, so that
its work is not; what it takes is counted there.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from importlib import import_module

from side_by_side import Row, compare, show
from workload import three_frames

BURSTS, BURST = 15, 60  # no burst overflows the queue of either
GOALS = {"CPU of an event": 0.3}


def one(name: str, dsn: str) -> dict[str, float]:
    """In a process of its own."""
    sdk = import_module(name)
    sdk.init(dsn)
    burst(sdk, 0)
    start = time.process_time()
    for number in range(BURSTS):
        burst(sdk, number)
    return {"CPU of an event": (time.process_time() - start) * 1e6 / (BURSTS * BURST)}


def burst(sdk: object, number: int) -> None:
    for index in range(BURST):
        three_frames(sdk.capture_exception, number * BURST + index)  # type: ignore[attr-defined]
    sdk.flush(timeout=10)  # type: ignore[attr-defined]


def rows(rounds: int) -> list[Row]:
    """Measured with a server that lives as long."""
    serve = [sys.executable, "-m", "sink"]
    folder = __file__.rpartition("/")[0] or "."
    with subprocess.Popen(serve, cwd=folder, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        try:
            return compare(__file__, rounds, server.stdout.readline().strip())
        finally:
            server.terminate()


if __name__ == "__main__":
    if len(sys.argv) == 3:
        print(json.dumps(one(*sys.argv[1:])))
    else:
        show(rows(int(sys.argv[1]) if len(sys.argv) > 1 else 5), "us of CPU", GOALS)
