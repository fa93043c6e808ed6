"""Milliseconds and modules that an import costs, and import with ``init``, beside sentry-sdk.

python benchmarks/imports.py [ROUNDS]
"""

from __future__ import annotations

import json
import sys
import time
from importlib import import_module

TYPE_CHECKING = False  # `typing` would count as loaded already
if TYPE_CHECKING:
    from side_by_side import Row

DSN = "http://key@127.0.0.1:9/1"  # nobody is there, and nothing is sent
GOALS = {"import": 0.2, "import and init": 0.35, "modules with init": 0.4}


def one(name: str) -> dict[str, float]:
    """In a process of its own, which has loaded nothing else."""
    modules = len(sys.modules)
    start = time.perf_counter()
    sdk = import_module(name)
    imported = time.perf_counter()
    modules_imported = len(sys.modules)
    sdk.init(DSN)
    ready = time.perf_counter()
    return {
        "import": (imported - start) * 1000,
        "import and init": (ready - start) * 1000,
        "modules": modules_imported - modules,
        "modules with init": len(sys.modules) - modules,
    }


def rows(rounds: int) -> list[Row]:
    from side_by_side import compare

    return compare(__file__, rounds, "--one")


def main() -> None:
    from side_by_side import show

    show(rows(int(sys.argv[1]) if len(sys.argv) > 1 else 11), "ms, modules", GOALS)


if __name__ == "__main__":
    if sys.argv[2:] == ["--one"]:
        print(json.dumps(one(sys.argv[1])))
    else:
        main()
