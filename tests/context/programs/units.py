"""One of many units of work, told in steps: between two steps all the others may run.

A unit sets everything that a scope can hold, and captures at the end. What other units have set
must not be in its event.
"""

from __future__ import annotations

import json
import sys
from contextlib import contextmanager, nullcontext
from typing import TYPE_CHECKING, Any

import rookery

if TYPE_CHECKING:
    from collections.abc import Iterator
    from contextlib import AbstractContextManager

UNITS = 1000
TOLD = ("logentry", "exception", "tags", "user", "extra", "breadcrumbs")


class UnitError(Exception):
    pass


def steps(number: int) -> Iterator[None]:
    """What unit ``number`` does; whoever drives it lets others run at each ``yield``."""
    rookery.set_tag("unit", number)
    rookery.set_tag(f"only-{number}", "yes")
    yield
    rookery.set_user({"id": number})
    rookery.add_breadcrumb(message=f"unit {number}", category="unit")
    yield
    rookery.set_extra("unit", number)
    try:
        raise UnitError(number)
    except UnitError as error:
        yield
        rookery.capture_exception(error)


def forked(how: str) -> AbstractContextManager[object]:
    """A unit's own scopes: ``by hand``; ``by itself`` means that somebody else forks for it."""
    return rookery.isolation_scope() if how == "by hand" else nullcontext()


@contextmanager
def reporting(**options: Any) -> Iterator[str]:
    """Captures in memory; at the end each event is printed. Gives how units fork, from ``argv``."""
    how = sys.argv[1] if len(sys.argv) > 1 else "by hand"
    rookery.init("memory+http://key@127.0.0.1/1", maxsize=-1, **options)
    rookery.set_tag("program", "parent")
    client = rookery.get_client()
    assert client.transport is not None
    try:
        yield how
    finally:  # some loops end by SystemExit
        for event in client.transport.events:  # type: ignore[attr-defined]  # memory's own
            print(json.dumps({name: event.get(name) for name in TOLD}))
