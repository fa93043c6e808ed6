"""Events a second, from the first capture until the server has answered the last: by transport.

What is loaded and connected for the first event of all is there before the time is taken.

    python benchmarks/throughput.py [ROUNDS] [--page FILE]

Beside it: what a capture takes in the caller, the CPU of the whole process for each event, and how
many threads of ours there are. Every run is a process of its own against a server in another; each round runs all of them, and a
ratio is the median over rounds. The last table gives a server that takes 20 ms for each answer to
a transport that sends one at a time, and to the same with eight in flight. ``--page`` puts both into
a page, between its marks.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import contextmanager
from functools import partial
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any

from pages import fenced, write
from side_by_side import Sample, measure
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
    "threaded+requests": ("requests", plain),
    "http2": ("h2", plain),
    "sync": ("urllib3", plain),
    "requests": ("requests", plain),
    "file": ("rookery", plain),
    "null": ("rookery", plain),
}
"""By transport: what it needs, and how a program of its kind captures."""
AT_A_TIME = ("sync", "requests", "file", "null")
"""Those that are done when a capture returns: a concurrency means nothing to them."""


class Timed:
    """An SDK, with the time of each capture."""

    def __init__(self, sdk: Any) -> None:
        self.sdk, self.flush, self.flush_async = sdk, sdk.flush, sdk.flush_async
        self.times: list[float] = []

    def capture_exception(self, error: BaseException) -> None:
        start = time.perf_counter()
        self.sdk.capture_exception(error)
        self.times.append(time.perf_counter() - start)


def options_for(name: str, events: int, concurrency: str) -> dict[str, Any]:
    if name == "sentry_sdk":
        return {"transport_queue_size": events + 1}
    options: dict[str, Any] = {"transport": name}
    if name == "file":
        options["path"] = str(Path(tempfile.mkdtemp()) / "events")
    if name not in AT_A_TIME:
        options.update(maxsize=events + 1, concurrency=int(concurrency))
    return options


def run(name: str, dsn: str, events: str, concurrency: str) -> None:
    """One process: prints events a second, and what each takes in microseconds."""
    count = int(events)
    sdk = import_module("sentry_sdk" if name == "sentry_sdk" else "rookery")
    sdk.init(dsn, **options_for(name, count, concurrency))
    _, work = RUNS.get(name, ("", plain))
    plain(sdk, 1)
    timed = Timed(sdk)
    start, worked = time.perf_counter(), time.process_time()
    work(timed, count)
    took, worked = time.perf_counter() - start, time.process_time() - worked
    ours = sum(each.name.startswith("rookery") for each in threading.enumerate())
    print(
        json.dumps(
            {
                "rate": count / took,
                "cpu": worked / count * 1e6,
                "caller": median(timed.times) * 1e6,
                "threads": ours,
            }
        )
    )


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


def sample(names: list[str], rounds: int, dsn: str, events: int, concurrency: int) -> Samples:
    found: Samples = {name: [] for name in names}
    for number in range(rounds):
        for name in names if number % 2 else reversed(names):
            found[name].append(measure(__file__, name, dsn, str(events), str(concurrency)))
    return found


Samples = dict[str, list[Sample]]


def ratio(ours: list[Sample], theirs: list[Sample]) -> float:
    pairs = zip(ours, theirs, strict=True)
    return median(mine["rate"] / other["rate"] for mine, other in pairs)


def middle(samples: list[Sample], what: str) -> float:
    return median(sample[what] for sample in samples)


def compare_kinds(names: list[str], rounds: int) -> Iterator[str]:
    with serving(0) as dsn:
        found = sample(["sentry_sdk", *names], rounds, dsn, EVENTS, 1)
    yield (
        f"{'one after the other':>22} {'events/s':>9} {'of threaded':>12} {'goal':>5}"
        f" {'us in caller':>13} {'us of CPU':>10} {'threads':>8}"
    )
    for name, runs in found.items():
        yield (
            f"{name:>22} {middle(runs, 'rate'):9.0f} {ratio(runs, found['threaded']):12.2f}"
            f" {GOALS.get(name, ''):>5} {middle(runs, 'caller'):13.0f} {middle(runs, 'cpu'):10.0f}"
            f" {middle(runs, 'threads'):8.0f}"
        )
    threefold = ratio(found["threaded"], found["sentry_sdk"])
    yield f"{'threaded to sentry_sdk':>22} {'':9} {threefold:12.2f} {3.0:>5}"


def compare_concurrency(names: list[str], rounds: int) -> Iterator[str]:
    with serving(LATENCY) as dsn:
        single = sample(names, rounds, dsn, FEW, 1)
        several = sample(names, rounds, dsn, FEW, AT_ONCE)
    yield f"{'events/s at 20 ms':>22} {'1':>9} {f'{AT_ONCE} at once':>12} {'ratio':>7} {'goal':>5}"
    for name in names:
        one, many = middle(single[name], "rate"), middle(several[name], "rate")
        gain = ratio(several[name], single[name])
        yield f"{name:>22} {one:9.0f} {many:12.0f} {gain:7.2f} {6.0:>5}"


def main() -> None:
    from rookery.transport.registry import BUILT_IN

    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else None)
    parser.add_argument("rounds", nargs="?", type=int, default=3)
    parser.add_argument("--page", type=Path)
    parser.add_argument("--only", nargs="+", default=list(RUNS), choices=RUNS, metavar="TRANSPORT")
    given = parser.parse_args()
    there = [n for n in given.only if n in BUILT_IN and find_spec(RUNS[n][0])]
    lines = []
    for table in (
        compare_kinds(there, given.rounds),
        compare_concurrency([n for n in there if n not in AT_A_TIME], given.rounds),
    ):
        for line in table:
            print(line, flush=True)
            lines.append(line)
        lines.append("")
    if given.page:
        write(given.page, "throughput", fenced(lines))


if __name__ == "__main__":
    if len(sys.argv) == 5 and sys.argv[2].startswith("http"):
        run(*sys.argv[1:])
    else:
        main()
