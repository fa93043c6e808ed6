"""The main job, from end to end: what `make demo` runs."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest
import urllib3

DEMO = Path(__file__).parents[1] / "examples" / "demo.py"
PATIENCE = 100
LABELS = ("threaded, by name", "sync, by name", "threaded, by DSN", "sync, by DSN")
LIBRARIES = ("requests", "gevent", "eventlet", "asyncio", "trio", "tornado", "twisted", "http2")


def run_demo(*arguments: str, keep: str = "") -> subprocess.CompletedProcess[str]:
    for library in ("tornado", "brotli", "zstandard"):
        pytest.importorskip(library, reason="needs rookery[inbox]")
    return subprocess.run(
        [sys.executable, str(DEMO), *arguments],
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
        env={**os.environ, "KEEP": keep},
    )


def test_each_failure_arrives_through_each_transport() -> None:
    done = run_demo()

    assert done.returncode == 0, done.stdout + done.stderr
    runs = len(LABELS) + sum(f"\n{name}, by DSN" in done.stdout for name in LIBRARIES)
    assert f"All {3 * runs} events arrived, whole." in done.stdout
    assert [label for label in LABELS if label not in done.stdout] == []
    event = r"  [0-9a-f]{32}  .+\n      orders.+  \|  (\w+)  \|  \d+\.\d ms to the store\n"
    carriers = re.findall(event, done.stdout)
    assert carriers[:12] == (["ThreadedTransport"] * 3 + ["SyncTransport"] * 3) * 2
    assert len(carriers) == 3 * runs
    left_out = {name for name in LIBRARIES if f"{name} is left out: " in done.stdout}
    assert len(left_out) == len(LABELS) + len(LIBRARIES) - runs
    assert re.search(r"The page to look at was http://127\.0\.0\.1:\d+/", done.stdout)


def test_a_transport_that_loses_everything_fails_the_demo() -> None:
    done = run_demo("--transport", "memory")

    assert done.returncode == 1
    for title in ("OrderRejected", "stock of sencha", "ZeroDivisionError"):
        assert re.search(rf"MISSING  {title}.*: arrived 0 times, not once", done.stdout)


def test_a_transport_that_is_not_there_fails_the_demo_and_says_why() -> None:
    done = run_demo("--transport", "thraeded")

    assert done.returncode == 1
    assert "`orders serve` ended with 1, not 0" in done.stdout
    assert "threaded" in done.stderr


def test_the_inbox_can_be_kept_to_be_looked_at() -> None:
    done = run_demo("--transport", "sync", keep="1")

    assert done.returncode == 0, done.stdout + done.stderr
    found = re.search(r"Look at them: (http://\S+) .*kill (\d+)\)", done.stdout)
    assert found
    try:
        with urllib3.PoolManager() as pool:
            page = pool.request("GET", found[1], timeout=PATIENCE).data.decode()
    finally:
        os.kill(int(found[2]), signal.SIGTERM)
    assert "OrderRejected: order 1002 was not paid" in page
