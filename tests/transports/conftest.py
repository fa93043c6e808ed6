"""What tests of transports ask for."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import pytest

from rookery.testing.server import ScriptedServer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    OwnThreads = Callable[[], list[str]]


@pytest.fixture
def server() -> Iterator[ScriptedServer]:
    """A server that accepts everything until it is told otherwise."""
    with ScriptedServer() as scripted:
        yield scripted


@pytest.fixture
def own_threads() -> OwnThreads:
    """The names of our threads that run since the test began: others may wait for the exit."""
    others = set(threading.enumerate())
    return lambda: [
        thread.name
        for thread in set(threading.enumerate()) - others
        if thread.name.startswith("rookery")
    ]
