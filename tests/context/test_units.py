"""A thousand units of work at a time, by every means that Python knows: no event tells of another's.

Each kind is a program of its own, so that patching and loops are as they would be in the wild.
"""

from __future__ import annotations

import json
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[2]
UNITS = 1000
BY_HAND, BY_ITSELF = "by hand", "by itself"

since_311 = pytest.mark.skipif(sys.version_info < (3, 11), reason="TaskGroup is new in 3.11")
since_312 = pytest.mark.skipif(sys.version_info < (3, 12), reason="eager tasks are new in 3.12")

FORKED = [
    ("threads", ""),
    ("executor", ""),
    ("asyncio_tasks", "gather"),
    pytest.param("asyncio_tasks", "group", marks=since_311),
    pytest.param("asyncio_tasks", "eager", marks=since_312),
    ("asyncio_tasks", "executor"),
    ("gevent_greenlets", "bare"),
    ("gevent_greenlets", "patched"),
    ("eventlet_greenlets", "bare"),
    ("eventlet_greenlets", "patched"),
    ("tornado_coroutines", "native"),
]
"""Kinds whose units have scopes of their own without asking."""
SHARING = [
    ("twisted_coroutines", "inline"),
    ("twisted_coroutines", "coroutines"),
    ("tornado_coroutines", "decorated"),
    ("generators", ""),
]
"""Kinds that share a scope unless they fork: the page says so, and here it is seen."""
KINDS = [*FORKED, *SHARING]
BLANK = ("gevent", "eventlet")
"""Libraries whose units begin with nothing."""
LIBRARIES = ("gevent", "eventlet", "twisted", "tornado")


def events_of(program: str, how: str, variant: str = "") -> list[dict[str, Any]]:
    """What a program captured, in its order."""
    library = program.partition("_")[0]
    if library in LIBRARIES and find_spec(library) is None:
        pytest.skip(f"needs {library}, of rookery[test]")
    ran = subprocess.run(
        [sys.executable, "-m", f"tests.context.programs.{program}", how, variant],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )
    assert (ran.returncode, ran.stderr) == (0, "")
    return [json.loads(line) for line in ran.stdout.splitlines()]


def unit_of(event: dict[str, Any]) -> str:
    """Whose event it is: the exception says so, whatever the scopes do."""
    number = event["exception"]["values"][-1]["value"]
    assert isinstance(number, str)
    return number


def strangers(event: dict[str, Any]) -> Iterator[str]:
    """What an event tells that is not its unit's own, or lacks of what is."""
    unit = unit_of(event)
    tags = {"unit": unit, f"only-{unit}": "yes"}
    seen = {key: value for key, value in (event["tags"] or {}).items() if key != "program"}
    yield from (f"tag {tag}" for tag in seen.items() ^ tags.items())
    crumbs = [crumb["message"] for crumb in (event["breadcrumbs"] or {}).get("values", [])]
    if crumbs != [f"unit {unit}"]:
        yield f"breadcrumbs {crumbs}"
    if event["user"] != {"id": unit}:
        yield f"user {event['user']}"
    if event["extra"]["unit"] != int(unit):
        yield f"extra {event['extra']}"


def leaks(events: list[dict[str, Any]]) -> list[str]:
    return [f"{unit_of(event)}: {found}" for event in events for found in strangers(event)]


@pytest.mark.parametrize(("program", "variant"), KINDS)
def test_no_event_tells_of_another_unit(program: str, variant: str) -> None:
    events = events_of(program, BY_HAND, variant)

    assert sorted(map(unit_of, events)) == sorted(map(str, range(UNITS)))
    assert leaks(events) == []
    inherited = {event["tags"].get("program") for event in events}
    assert inherited == ({None} if program.startswith(BLANK) else {"parent"})


@pytest.mark.parametrize(("program", "variant"), FORKED)
def test_these_need_not_even_fork(program: str, variant: str) -> None:
    events = events_of(program, BY_ITSELF, variant)

    assert len(events) == UNITS
    assert leaks(events) == []


@pytest.mark.parametrize(("program", "variant"), SHARING)
def test_these_have_to_fork(program: str, variant: str) -> None:
    """It shows also that a leak would be seen."""
    assert len(leaks(events_of(program, BY_ITSELF, variant))) >= UNITS
