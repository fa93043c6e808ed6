"""Events a second, from the first capture until the server has answered the last: by transport.

What is loaded and connected for the first event of all is there before the time is taken.

    python benchmarks/throughput.py [ROUNDS]

Every run is a process of its own against a server in another; each round runs all of them, and a
ratio is the median over rounds. The last table gives a server that takes 20 ms for each answer to
a transport that sends one at a time, and to the same with eight in flight.
"""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import time
from contextlib import contextmanager
from functools import partial
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any

from side_by_side import measure
from workload import three_frames

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

EVENTS, FEW = 1500, 200
BURST = 10
"""Captures between two turns of a loop, if there is one."""
LATENCY = 0.02
GOALS = {"gevent": 0.7, "asyncio": 0.7, "twisted": 0.7, "tornado": 0.7}
AT_ONCE = 8
PATIENCE = 60.0


def plain(sdk: Any, events: int) -> None:
    for index in range(events):
        three_frames(sdk.capture_exception, index)
    sdk.flush(timeout=PATIENCE)


async def in_coroutine(sdk: Any, events: int, sleep: Callable[[float], Any]) -> None:
    for index in range(events):
        three_frames(sdk.capture_exception, index)
        if index % BURST == 0:
            await sleep(0)
    await sdk.flush_async(timeout=PATIENCE)


def on_asyncio(sdk: Any, events: int) -> None:
    asyncio.run(in_coroutine(sdk, events, asyncio.sleep))


def on_trio(sdk: Any, events: int) -> None:
    trio = import_module("trio")
    trio.run(in_coroutine, sdk, events, trio.sleep)


def on_gevent(sdk: Any, events: int) -> None:
    green(sdk, events, import_module("gevent").sleep)


def on_eventlet(sdk: Any, events: int) -> None:
    green(sdk, events, import_module("eventlet").sleep)


def green(sdk: Any, events: int, sleep: Callable[[float], object]) -> None:
    for index in range(events):
        three_frames(sdk.capture_exception, index)
        if index % BURST == 0:
            sleep(0)
    sdk.flush(timeout=PATIENCE)


def on_twisted(sdk: Any, events: int) -> None:
    from twisted.internet import defer, task

    reactor: Any = import_module("twisted.internet.reactor")  # which one is chosen at run time

    def begin() -> None:
        work = in_coroutine(sdk, events, partial(task.deferLater, reactor))
        defer.Deferred.fromCoroutine(work).addBoth(lambda _: reactor.stop())

    reactor.callWhenRunning(begin)
    reactor.run()


RUNS: dict[str, tuple[str, Callable[[Any, int], None]]] = {
    "threaded": ("urllib3", plain),
    "gevent": ("gevent", on_gevent),
    "eventlet": ("eventlet", on_eventlet),
    "asyncio": ("httpcore", on_asyncio),
    "tornado": ("tornado", on_asyncio),
    "trio": ("trio", on_trio),
    "twisted": ("twisted", on_twisted),
}
"""By transport: what it needs, and how a program of its kind captures."""


def run(name: str, dsn: str, events: str, concurrency: str) -> None:
    """One process: prints events a second."""
    count = int(events)
    if name == "sentry_sdk":
        options: dict[str, Any] = {"transport_queue_size": count + 1}
    else:
        options = {"transport": name, "maxsize": count + 1, "concurrency": int(concurrency)}
    sdk = import_module("sentry_sdk" if name == "sentry_sdk" else "rookery")
    sdk.init(dsn, **options)
    _, work = RUNS.get(name, ("", plain))
    plain(sdk, 1)
    start = time.perf_counter()
    work(sdk, count)
    print(json.dumps({"rate": count / (time.perf_counter() - start)}))


@contextmanager
def serving(latency: float) -> Iterator[str]:
    """A server's DSN, for as long as it lives."""
    serve = [sys.executable, "-m", "sink", str(latency)]
    with subprocess.Popen(
        serve, cwd=Path(__file__).parent, stdout=subprocess.PIPE, text=True
    ) as server:
        assert server.stdout is not None
        try:
            yield server.stdout.readline().strip()
        finally:
            server.terminate()


def rates(names: list[str], rounds: int, dsn: str, events: int, concurrency: int) -> Rates:
    found: Rates = {name: [] for name in names}
    for number in range(rounds):
        for name in names if number % 2 else reversed(names):
            sample = measure(__file__, name, dsn, str(events), str(concurrency))
            found[name].append(sample["rate"])
    return found


Rates = dict[str, list[float]]


def ratio(ours: list[float], theirs: list[float]) -> float:
    return median(mine / other for mine, other in zip(ours, theirs, strict=True))


def compare_kinds(names: list[str], rounds: int) -> None:
    with serving(0) as dsn:
        found = rates(["sentry_sdk", *names], rounds, dsn, EVENTS, 1)
    threefold = ratio(found["threaded"], found["sentry_sdk"])
    print(f"{'one after the other':>24} {'events/s':>9} {'of threaded':>12} {'goal':>5}")
    for name, rate in found.items():
        part = ratio(rate, found["threaded"])
        print(f"{name:>24} {median(rate):9.0f} {part:12.2f} {GOALS.get(name, ''):>5}")
    print(f"{'threaded to sentry_sdk':>24} {'':9} {threefold:12.2f} {3.0:>5}")


def compare_concurrency(names: list[str], rounds: int) -> None:
    with serving(LATENCY) as dsn:
        single = rates(names, rounds, dsn, FEW, 1)
        several = rates(names, rounds, dsn, FEW, AT_ONCE)
    print(f"{'20 ms an answer':>24} {'1':>9} {f'{AT_ONCE} at once':>12} {'ratio':>7} {'goal':>5}")
    for name in names:
        gain = ratio(several[name], single[name])
        one, many = median(single[name]), median(several[name])
        print(f"{name:>24} {one:9.0f} {many:12.0f} {gain:7.2f} {6.0:>5}")


if __name__ == "__main__":
    if len(sys.argv) == 5:
        run(*sys.argv[1:])
    else:
        from rookery.transport.registry import BUILT_IN

        there = [n for n, (needs, _) in RUNS.items() if n in BUILT_IN and find_spec(needs)]
        times = int(sys.argv[1]) if len(sys.argv) > 1 else 3
        compare_kinds(there, times)
        compare_concurrency(there, times)
