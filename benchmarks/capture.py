"""Microseconds that one ``capture_exception`` costs its caller, beside sentry-sdk, in one run.

    python benchmarks/capture.py [ROUNDS]

Both SDKs have the options that they have by default, and a server on the loopback that accepts
everything. Only the call is timed; between bursts everything is delivered.
"""

from __future__ import annotations

import json
import sys
import threading
import time
from importlib import import_module
from statistics import median

from side_by_side import Row, compare, show
from sink import Accepting, Sink
from workload import SHAPES

BURSTS, BURST = 12, 20
GOALS = {"3 frames": 0.15, "40 frames": 0.25, "big locals": 0.2, "chain of 4": 0.2}


def one(name: str, dsn: str) -> dict[str, float]:
    """In a process of its own: the median for each shape."""
    sdk = import_module(name)
    sdk.init(dsn)
    found: dict[str, float] = {}
    for shape, fail in SHAPES.items():
        times: list[int] = []

        def take(error: BaseException, times: list[int] = times) -> None:
            start = time.perf_counter_ns()
            sdk.capture_exception(error)
            times.append(time.perf_counter_ns() - start)

        for burst in range(BURSTS):
            for index in range(BURST):
                fail(take, burst * BURST + index)
            sdk.flush(timeout=10)
        found[shape] = median(times[BURST:]) / 1000
    return found


def rows(rounds: int) -> list[Row]:
    sink = Sink(("127.0.0.1", 0), Accepting)
    threading.Thread(target=sink.serve_forever, daemon=True).start()
    return compare(__file__, rounds, sink.dsn)


if __name__ == "__main__":
    if len(sys.argv) == 3:
        print(json.dumps(one(*sys.argv[1:])))
    else:
        show(rows(int(sys.argv[1]) if len(sys.argv) > 1 else 5), "us in the caller", GOALS)
