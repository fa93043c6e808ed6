"""Microseconds that the logging integration adds to one ``logging.info()``, beside sentry-sdk.

    python benchmarks/records.py [ROUNDS]

The record is written to a handler that throws it away; once without the SDK, then with it.
"""

from __future__ import annotations

import json
import logging
import sys
import time
from importlib import import_module
from statistics import median

from side_by_side import SDKS, Row, compare, show

DSN = "http://key@127.0.0.1:9/1"  # nobody is there, and nothing is sent
GOALS = {"logging.info": 0.3}
BATCHES, RECORDS = 40, 500


class Discarding(logging.Handler):
    def emit(self, record: logging.LogRecord) -> None:
        record.getMessage()


def batches(logger: logging.Logger) -> float:
    """Microseconds of one record: the median over batches."""
    times = []
    for _ in range(BATCHES):
        start = time.perf_counter_ns()
        for number in range(RECORDS):
            logger.info("seat %d of %s is taken", number, "the north hall")
        times.append((time.perf_counter_ns() - start) / RECORDS / 1000)
    return median(times)


def one(name: str) -> dict[str, float]:
    """In a process of its own."""
    logger = logging.getLogger("bookings")
    logger.setLevel(logging.INFO)
    logger.addHandler(Discarding())
    logger.propagate = False
    without = batches(logger)
    import_module(name).init(DSN)
    return {"logging.info": batches(logger) - without}


def rows(rounds: int) -> list[Row]:
    return compare(__file__, rounds, "--one")


if __name__ == "__main__":
    if sys.argv[2:] == ["--one"]:
        assert sys.argv[1] in SDKS
        print(json.dumps(one(sys.argv[1])))
    else:
        show(rows(int(sys.argv[1]) if len(sys.argv) > 1 else 7), "us a record", GOALS)
