"""``rookery conformance NAME``: whether a transport keeps the contract.

Each check of the kit is made against a scripted server on the loopback. Nothing leaves the machine.
"""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from rookery.cli import FAILED, MISUSED, complain
from rookery.errors import ConfigurationError
from rookery.transport.declare import did_you_mean

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator, Sequence

    from rookery.testing.conformance import Backend, Check, Result
    from rookery.testing.server import Scheme

SCHEMES: dict[str, tuple[Scheme, ...]] = {
    "http": ("http",),
    "https": ("https",),
    "both": ("http", "https"),
}


class Verdict(NamedTuple):
    """What came of one check over one wire scheme."""

    scheme: Scheme
    result: Result


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options of this command."""
    parser.epilog = (
        "Exit status: 0 if nothing failed, 1 if something did, 2 if nothing could be checked."
    )
    parser.add_argument(
        "name", metavar="NAME", help="as init takes it: 'threaded', or 'package.module:Class'"
    )
    parser.add_argument(
        "--scheme", choices=SCHEMES, default="both",
        help="what the server speaks; https needs rookery[testing] (default: %(default)s)",
    )  # fmt: skip
    parser.add_argument(
        "--only", action="append", metavar="CHECK", help="only this check; may be given repeatedly"
    )
    parser.add_argument(
        "--capabilities", metavar="A,B",
        help="what the transport can do, where its class names no back-end",
    )  # fmt: skip
    parser.add_argument(
        "--backend", metavar="MODULE:NAME", help="a back-end to use in place of its class's"
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object at the end")


def run(arguments: argparse.Namespace) -> int:
    """Make the checks; the exit status."""
    from rookery.testing.conformance.declared import declared

    given = arguments.capabilities
    try:
        checks = chosen(arguments.only)
        backend = declared(
            arguments.name, None if given is None else words(given), arguments.backend
        )
    except ConfigurationError as error:
        complain(str(error))
        return MISUSED
    verdicts = judged(backend, checks, SCHEMES[arguments.scheme])
    return (print_json if arguments.json else print_text)(backend, verdicts)


def words(text: str) -> list[str]:
    """The words between commas."""
    return [word.strip() for word in text.split(",") if word.strip()]


def chosen(only: Sequence[str] | None) -> list[Check]:
    """The checks of these names, or all. Raises :class:`ConfigurationError` for another name."""
    from rookery.testing.conformance import CHECKS

    by_name = {check.name: check for check in CHECKS}
    for name in only or ():
        if name not in by_name:
            near = did_you_mean(name, by_name)
            raise ConfigurationError(f"no check is called {name!r}{near}")
    return [by_name[name] for name in only or by_name]


def judged(
    backend: Backend, checks: Sequence[Check], schemes: Sequence[Scheme]
) -> Iterator[Verdict]:
    """Make each check over each scheme."""
    from rookery.testing.conformance import perform

    for scheme in schemes:
        for check in checks:
            yield Verdict(scheme, perform(check, backend, scheme))


def print_text(backend: Backend, verdicts: Iterator[Verdict]) -> int:
    """A line for each check as soon as it is made, and their number at the end."""
    counts: Counter[str] = Counter()
    for scheme, result in verdicts:
        counts[result.outcome] += 1
        print(f"{result.outcome:<7}  {scheme:<5}  {result.check.sentence}", flush=True)
        if result.reason:
            print(f"{'':16}{result.check.name}: {' '.join(result.reason.split())}", flush=True)
    told = ", ".join(f"{counts[outcome]} {outcome}" for outcome in ("passed", "failed", "skipped"))
    print(f"\n{backend}: {told}")
    return status(counts)


def print_json(backend: Backend, verdicts: Iterator[Verdict]) -> int:
    """All of it as one object."""
    results = [as_json(verdict) for verdict in verdicts]
    counts = Counter(each["outcome"] for each in results)
    told = {"transport": backend.name, "capabilities": sorted(backend.capabilities)}
    print(json.dumps({**told, "counts": counts, "results": results}, indent=2))
    return status(counts)


def as_json(verdict: Verdict) -> dict[str, str]:
    """One check."""
    check = verdict.result.check
    return {
        "check": check.name,
        "sentence": check.sentence,
        "scheme": verdict.scheme,
        "outcome": verdict.result.outcome,
        "reason": verdict.result.reason,
    }


def status(counts: Counter[str]) -> int:
    """The exit status."""
    if counts["failed"]:
        return FAILED
    return 0 if counts["passed"] else MISUSED
