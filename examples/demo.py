"""An order service fails in three ways; its reports travel to a real server and are read back.

``python examples/demo.py`` starts an inbox, runs ``examples/orders`` through one transport after
the other (those whose library is installed), asks the inbox over HTTP for what arrived, and fails if
anything is missing.
``KEEP=1`` leaves the inbox running. ``--transport NAME`` runs through that one alone.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import urllib3

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

HERE = Path(__file__).parent
PATIENCE = 60.0
PROJECT = "1"


@dataclass(frozen=True)
class Run:
    """One way to choose a transport: by name, or by the scheme of the DSN."""

    label: str
    transport: str | None = None
    prefix: str = ""
    carrier: str | None = None
    """The class that is to carry the events; None: whichever."""

    def dsn(self, inbox: str) -> str:
        return self.prefix + inbox

    def code(self, inbox: str) -> str:
        choice = f', transport="{self.transport}"' if self.transport else ""
        return f'rookery.init("{self.dsn(inbox)}"{choice})'


RUNS = (
    Run("threaded, by name", transport="threaded", carrier="ThreadedTransport"),
    Run("sync, by name", transport="sync", carrier="SyncTransport"),
    Run("threaded, by DSN", prefix="threaded+", carrier="ThreadedTransport"),
    Run("sync, by DSN", prefix="sync+", carrier="SyncTransport"),
)
LIBRARIES = ("requests", "gevent", "eventlet", "asyncio", "trio", "tornado", "twisted", "http2")
"""Transports that need one. The order service has no loop: they send at its exit."""


@dataclass(frozen=True)
class Expected:
    """An event that the order service is to have sent."""

    title: str
    culprit: str
    handled: bool | None = None
    chain: tuple[str, ...] = ()
    """The types of its exceptions, the first cause first."""


EXPECTED = (
    Expected(
        "OrderRejected: order 1002 was not paid",
        "in settle",
        handled=True,
        chain=("ConnectionRefusedError", "PaymentFailed", "OrderRejected"),
    ),
    Expected("stock of sencha is down to 2, reorder at 5", "orders.stock"),
    Expected(
        "ZeroDivisionError: division by zero",
        "in average",
        handled=False,
        chain=("ZeroDivisionError",),
    ),
)
JOBS = {"serve": 0, "close-books": 1}
"""What the order service does, and its exit status: nobody catches the last failure."""


class Inbox:
    """``rookery inbox`` in a process of its own, on a free port."""

    def __init__(self) -> None:
        command = [sys.executable, "-m", "rookery", "inbox", "--quiet", "--port", "0"]
        self.process = subprocess.Popen(
            command,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        assert self.process.stdout
        self.dsn = self.process.stdout.readline().strip()
        """Printed once requests are taken; nothing if the inbox has said why it cannot."""
        self.page = f"http://{self.dsn.partition('@')[2].partition('/')[0]}/"
        self._http = urllib3.PoolManager(timeout=PATIENCE)

    def events(self, label: str) -> list[dict[str, Any]]:
        """The events of a run, whole, the oldest first."""
        lines = self._get(f"api/0/events/?project={PROJECT}&limit=1000")
        events = [self._get(f"api/0/events/{line['id']}/") for line in reversed(lines)]
        return [event for event in events if event["event"].get("tags", {}).get("run") == label]

    def _get(self, path: str) -> Any:
        answer = self._http.request("GET", self.page + path, retries=False)
        if answer.status != 200:
            raise RuntimeError(f"{path}: {answer.status} {answer.data!r}")
        return json.loads(answer.data)

    def stop(self) -> None:
        self.process.terminate()
        print(self.process.communicate(timeout=PATIENCE)[1], end="", file=sys.stderr)


def main(argv: Sequence[str] | None = None) -> int:
    runs = parse(argv)
    inbox = Inbox()
    if not inbox.dsn:
        inbox.stop()
        return 1
    kept = False
    try:
        print(f"The inbox listens at {inbox.page}")
        missing = [fault for run in runs for fault in perform(run, inbox)]
        kept = conclude(inbox, missing, len(runs))
    finally:
        if not kept:
            inbox.stop()
    return 1 if missing else 0


def parse(argv: Sequence[str] | None) -> Sequence[Run]:
    parser = argparse.ArgumentParser(description="Reports of an order service, there and back.")
    parser.add_argument(
        "--transport", metavar="NAME", help="run through this one alone (default: all that can be)"
    )
    name = parser.parse_args(argv).transport
    return [Run(f"{name}, by name", transport=name)] if name else [*RUNS, *further()]


def further() -> Iterator[Run]:
    """A run through each of :data:`LIBRARIES` that can be used here."""
    command = [sys.executable, "-m", "rookery", "transports", "--json"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE, check=True)
    listed = {each["name"]: each for each in json.loads(done.stdout)}
    for name in LIBRARIES:
        if listed[name]["usable"]:
            yield Run(f"{name}, by DSN", prefix=f"{name}+")
        else:
            print(f"{name} is left out: {listed[name]['why_not']}")


def perform(run: Run, inbox: Inbox) -> list[str]:
    """Run the order service, show what arrived of it, and say what did not."""
    print(f"\n{run.label}    {run.code(inbox.dsn)}")
    faults = [fault for job, status in JOBS.items() for fault in work(run, job, status, inbox)]
    arrived = inbox.events(run.label)
    for event in arrived:
        show(event)
    faults += compare(run, arrived)
    for fault in faults:
        print(f"  MISSING  {fault}")
    return faults


def work(run: Run, job: str, status: int, inbox: Inbox) -> Iterator[str]:
    """One process of the order service; what is wrong with how it ended."""
    choice = ["--transport", run.transport] if run.transport else []
    done = subprocess.run(
        [sys.executable, "-m", "orders", *choice, "--run", run.label, job],
        cwd=HERE,
        env=environment(run.dsn(inbox.dsn)),
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    if done.returncode != status:
        print(done.stdout + done.stderr, file=sys.stderr)
        yield f"`orders {job}` ended with {done.returncode}, not {status}"


def environment(dsn: str) -> dict[str, str]:
    """Ours, without what would change how the order service reports, or where to."""
    names = [name for name in os.environ if not name.startswith(("SENTRY_", "ROOKERY_"))]
    kept = {name: os.environ[name] for name in names if not name.lower().endswith("_proxy")}
    return {**kept, "SENTRY_DSN": dsn}


def show(event: dict[str, Any]) -> None:
    transport = event["event"]["tags"]["transport"]
    print(f"  {event['id']}  {event['title']}")
    print(f"      {event['culprit']}  |  {transport}  |  {milliseconds(event):.1f} ms to the store")


def milliseconds(event: dict[str, Any]) -> float:
    """From the capture, by the clock of the SDK, to the store, by that of the inbox: one machine's."""
    captured, stored = (
        datetime.fromisoformat(event[name].replace("Z", "+00:00"))
        for name in ("timestamp", "received")
    )
    return (stored - captured).total_seconds() * 1000


def compare(run: Run, arrived: list[dict[str, Any]]) -> list[str]:
    """What is missing, or other than expected."""
    faults = []
    for expected in EXPECTED:
        found = [event for event in arrived if event["title"] == expected.title]
        if len(found) == 1:
            faults += [f"{expected.title}: {fault}" for fault in judge(run, expected, found[0])]
        else:
            faults.append(f"{expected.title}: arrived {len(found)} times, not once")
    if len(arrived) > len(EXPECTED):
        faults.append(f"{len(arrived)} events arrived instead of {len(EXPECTED)}")
    return faults


def judge(run: Run, expected: Expected, event: dict[str, Any]) -> Iterator[str]:
    """What an event should say and does not."""
    errors = event["event"].get("exception", {}).get("values", [])
    if tuple(error["type"] for error in errors) != expected.chain:
        yield f"the chain is {[error['type'] for error in errors]}, not {list(expected.chain)}"
    if expected.culprit not in event["culprit"]:
        yield f"the culprit is {event['culprit']!r}, not {expected.culprit!r}"
    if errors and errors[-1].get("mechanism", {}).get("handled") is not expected.handled:
        yield f"it should say handled={expected.handled}"
    frames = [frame for error in errors for frame in error["stacktrace"]["frames"]]
    own = [frame for frame in frames if frame["filename"].startswith("orders/")]
    if errors and not (own and all("context_line" in each and "vars" in each for each in own)):
        yield "a frame lacks its source or its variables"
    if run.carrier not in (None, event["event"]["tags"]["transport"]):
        yield f"it went through {event['event']['tags']['transport']}, not {run.carrier}"


def conclude(inbox: Inbox, missing: list[str], runs: int) -> bool:
    """The last lines; whether the inbox is to be kept."""
    kept = os.environ.get("KEEP", "") not in {"", "0"}
    wanted = runs * len(EXPECTED)
    said = f"{len(missing)} faults, above." if missing else f"All {wanted} events arrived, whole."
    print(f"\n{said}")
    if kept:
        print(f"Look at them: {inbox.page}    (stop the inbox with: kill {inbox.process.pid})")
    else:
        print(f"The page to look at was {inbox.page}; `make demo KEEP=1` leaves it up.")
    return kept


if __name__ == "__main__":
    sys.exit(main())
