"""How long a transport keeps the program's loop from its work, by loop and by server.

    python benchmarks/loops.py [ROUNDS] [--page FILE] [--only TRANSPORT ...]

Within the loop a ticker asks to be woken each millisecond, and notes by how much it is late: first
idle, then while 500 errors are captured between its ticks. What a capture itself takes is not
counted, since the ticker makes it; what the transport does on the loop is. Every run is a process of
its own. A delay is the median over rounds of what is beyond the idle one of the same run.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import json
import socket
import sys
import time
from contextlib import contextmanager
from functools import partial
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from statistics import median, quantiles
from typing import TYPE_CHECKING, Any

from pages import fenced, write
from side_by_side import measure
from throughput import serving
from workload import three_frames

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

CAPTURES = 500
TICK = 0.001
IDLE, AFTER = 1000, 300
"""Ticks without a capture, before the first and after the last."""
SLOW = 0.1
GOALS = {"worst": 5.0, "p99": 1.0}
"""Milliseconds beyond the idle delay."""
SETTINGS: dict[str, Any] = {"timeout": 2.0, "retries": False, "shutdown_timeout": 0.1}


class Ticker:
    """Yields how long to sleep, and notes how late it is woken, in milliseconds."""

    def __init__(self, capture: Callable[[int], object]) -> None:
        self.capture = capture
        self.idle: list[float] = []
        self.busy: list[float] = []

    def ticks(self) -> Iterator[float]:
        self.capture(0)  # what is loaded for the first one is not the loop's daily work
        yield 0.5
        gc.collect()
        gc.freeze()  # to look through all that is loaded takes longer than any delay of ours
        for _ in range(IDLE):
            yield from self.tick(self.idle)
        for number in range(CAPTURES):
            self.capture(number)
            yield from self.tick(self.busy)
            yield from self.tick(self.busy)
        for _ in range(AFTER):
            yield from self.tick(self.busy)

    def tick(self, noted: list[float]) -> Iterator[float]:
        due = time.perf_counter() + TICK
        yield TICK
        noted.append((time.perf_counter() - due) * 1e3)

    def found(self) -> dict[str, float]:
        return {
            "idle p99": p99(self.idle),
            "idle worst": max(self.idle),
            "p99": p99(self.busy) - p99(self.idle),
            "worst": max(self.busy) - max(self.idle),
        }


def p99(delays: list[float]) -> float:
    return quantiles(delays, n=100)[-1]


async def in_coroutine(ticker: Ticker, sleep: Callable[[float], Any]) -> None:
    for delay in ticker.ticks():
        await sleep(delay)


def on_asyncio(ticker: Ticker) -> None:
    asyncio.run(in_coroutine(ticker, asyncio.sleep))


def on_trio(ticker: Ticker) -> None:
    trio = import_module("trio")
    trio.run(in_coroutine, ticker, trio.sleep)


def on_gevent(ticker: Ticker) -> None:
    green(ticker, import_module("gevent").sleep)


def on_eventlet(ticker: Ticker) -> None:
    green(ticker, import_module("eventlet").sleep)


def green(ticker: Ticker, sleep: Callable[[float], object]) -> None:
    for delay in ticker.ticks():
        sleep(delay)


def on_twisted(ticker: Ticker) -> None:
    from twisted.internet import defer, task

    reactor: Any = import_module("twisted.internet.reactor")  # which one is chosen at run time

    def begin() -> None:
        work = in_coroutine(ticker, partial(task.deferLater, reactor))
        defer.Deferred.fromCoroutine(work).addBoth(lambda _: reactor.stop())

    reactor.callWhenRunning(begin)
    reactor.run()


LOOPS: dict[str, tuple[str, Callable[[Ticker], None]]] = {
    "asyncio": ("httpcore", on_asyncio),
    "asyncio+http2": ("h2", on_asyncio),
    "trio": ("trio", on_trio),
    "gevent": ("gevent", on_gevent),
    "eventlet": ("eventlet", on_eventlet),
    "tornado": ("tornado", on_asyncio),
    "twisted": ("twisted", on_twisted),
    "threaded": ("urllib3", on_asyncio),
}
"""By transport: what it needs, and how a program of its kind ticks. The last is for comparison."""


def run(name: str, dsn: str) -> None:
    """One process: prints delays in milliseconds."""
    sdk = import_module("rookery")
    sdk.init(dsn, transport=name, **SETTINGS)
    ticker = Ticker(lambda number: three_frames(sdk.capture_exception, number))
    LOOPS[name][1](ticker)
    print(json.dumps(ticker.found()))


@contextmanager
def deaf(*, is_listening: bool) -> Iterator[str]:
    """The DSN of a server that never answers, or of a port where none is."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        if is_listening:
            listener.listen(128)
        yield f"http://key@127.0.0.1:{listener.getsockname()[1]}/1"


SERVERS: dict[str, Callable[[], Any]] = {
    "normal": partial(serving, 0),
    "slow": partial(serving, SLOW),
    "stalled": partial(deaf, is_listening=True),
    "refusing": partial(deaf, is_listening=False),
}


def compare(names: list[str], rounds: int) -> Iterator[str]:
    yield (
        f"{'milliseconds':>14} {'server':>9} {'idle p99':>9} {'worst':>7} | {'p99':>7} {'worst':>7}"
    )
    for name in names:
        for server, serve in SERVERS.items():
            with serve() as dsn:
                samples = [measure(__file__, "--one", name, dsn) for _ in range(rounds)]
            found = {key: median(sample[key] for sample in samples) for key in samples[0]}
            verdict = all(found[key] < goal for key, goal in GOALS.items())
            yield (
                f"{name:>14} {server:>9} {found['idle p99']:9.2f} {found['idle worst']:7.2f} |"
                f" {found['p99']:+7.2f} {found['worst']:+7.2f} {'' if verdict else 'beyond'}"
            )


def main() -> None:
    from rookery.transport.registry import BUILT_IN

    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else None)
    parser.add_argument("rounds", nargs="?", type=int, default=3)
    parser.add_argument("--page", type=Path)
    parser.add_argument(
        "--only", nargs="+", default=list(LOOPS), choices=LOOPS, metavar="TRANSPORT"
    )
    given = parser.parse_args()
    there = [n for n in given.only if n in BUILT_IN and find_spec(LOOPS[n][0])]
    print(f"goals: {GOALS}, in milliseconds beyond the idle delays")
    lines = []
    for line in compare(there, given.rounds):
        print(line, flush=True)
        lines.append(line)
    if given.page:
        write(given.page, "loops", fenced(lines))


if __name__ == "__main__":
    if sys.argv[1:2] == ["--one"]:
        run(*sys.argv[2:])
    else:
        main()
