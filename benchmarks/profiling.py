"""Where the time of a capture goes, by the modules of Rookery: ``python benchmarks/profiling.py``.

    python benchmarks/profiling.py            prints the table
    python benchmarks/profiling.py --write    keeps the one in docs/performance.md current

``cProfile`` makes every call dearer, small ones most; so the shares tell where to look, and the
microseconds come from ``benchmarks/capture.py``. What built-in functions take is the caller's.
"""

from __future__ import annotations

import cProfile
import pstats
import sys
import threading
from collections import Counter
from pathlib import Path
from typing import Any

from pages import write
from sink import Accepting, Sink
from workload import SHAPES

import rookery

PAGE = Path(__file__).parents[1] / "docs/performance.md"
WARM_UP, CAPTURES, BURST = 20, 400, 20
LEAST = 0.025
PARTS = {
    "client": "the way through the client",
    "delivery/ledger": "the books",
    "delivery/machine": "the decisions of delivery",
    "envelope": "the envelope",
    "event/assemble": "putting the event together",
    "event/budget": "the time that an event may take",
    "event/calls": "which calls there were",
    "event/chain": "which exceptions there were",
    "event/filters": "what is not worth sending",
    "event/frames": "what each call was",
    "event/ids": "random ids",
    "event/objects": "objects that are no containers",
    "event/plain": "what the scopes were given",
    "event/source": "source lines",
    "event/text": "texts: clean, and cut",
    "event/variables": "local variables",
    "event/walk": "containers, and what is in them",
    "pipeline": "processors and hooks, in order",
    "processors": "processors of events",
    "scope_data": "what the scopes tell",
    "scopes": "finding the scopes",
    "scrubber": "secrets",
    "the rest": "functions of Python's own",
    "transport": "handing over to the worker",
    "transport/guard": "not hearing ourselves",
    "wire_json": "JSON",
}


def profiled(fail: Any) -> pstats.Stats:
    for index in range(WARM_UP):
        fail(rookery.capture_exception, index)
    profile = cProfile.Profile()

    def capture(error: BaseException) -> None:
        profile.enable()
        rookery.capture_exception(error)
        profile.disable()

    for index in range(CAPTURES):
        fail(capture, index)
        if index % BURST == 0:
            rookery.flush(timeout=10)
    return pstats.Stats(profile)


def shares(stats: pstats.Stats) -> Counter[str]:
    """The share of the time for each module of ours; a foreign function's time is its caller's."""
    spent: Counter[str] = Counter()
    entries: dict[Any, Any] = stats.stats  # type: ignore[attr-defined]  # typeshed leaves it out
    for function, (_, _, own, _, callers) in entries.items():
        module = module_of(function)
        if module:
            spent[module] += own
            continue
        for caller, (_, _, part, _) in callers.items():
            spent[module_of(caller) or "the rest"] += part
    total = sum(spent.values())
    return Counter({name: time / total for name, time in spent.items()})


def module_of(function: tuple[str, int, str]) -> str:
    """``event/frames`` for a function of ours; nothing for others."""
    folder, _, path = function[0].partition("/sdk/rookery/")
    if path:
        return path.removesuffix(".py")
    _, _, path = folder.partition("/rookery_transports/")
    return "transport" if path else ""


def table() -> str:
    sink = Sink(("127.0.0.1", 0), Accepting)
    threading.Thread(target=sink.serve_forever, daemon=True).start()
    rookery.init(sink.dsn)
    found = {shape: shares(profiled(fail)) for shape, fail in SHAPES.items()}
    names = {name for share in found.values() for name, part in share.items() if part >= LEAST}
    ordered = sorted(names, key=lambda name: -sum(share[name] for share in found.values()))
    lines = ["| module | what it does | " + " | ".join(found) + " |"]
    lines.append("| --- | --- |" + " ---: |" * len(found))
    for name in ordered:
        figures = " | ".join(f"{share[name]:.0%}" for share in found.values())
        lines.append(f"| `{name}` | {PARTS.get(name, '')} | {figures} |")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    made = table()
    print(made)
    if "--write" in sys.argv:
        write(PAGE, "profile", made)
