"""A Tornado server of several processes: each error is told once, and it stops in time."""

from __future__ import annotations

import os
import signal
from typing import TYPE_CHECKING

import pytest

from rookery.testing.server import ScriptedServer
from tests.runtimes.running import (
    PROGRAMS,
    PYTHON,
    hopeless,
    needs,
    needs_proc,
    once,
    patient,
    told,
)
from tests.runtimes.sites import Site

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = [needs_proc, needs("tornado")]

ORDERS = 8


def tornado(folder: Path, dsn: str, transport: str) -> Site:
    """Two processes, on a socket of the test's."""
    return Site(
        *(PYTHON, PROGRAMS / "shop_tornado.py", "{fd}"),
        folder=folder,
        SENTRY_DSN=dsn,
        ROOKERY_TRANSPORT=transport,
    )


def stop(site: Site) -> int:
    """Ask the servers to end; the one that forked them ends when they have."""
    first = site.program.process.pid
    for pid in site.program.processes() - {first}:
        os.kill(pid, signal.SIGTERM)
    return site.program.end()


@pytest.mark.parametrize("transport", ["tornado", "threaded"])
def test_each_error_is_told_once(tmp_path: Path, transport: str) -> None:
    with ScriptedServer() as server, tornado(tmp_path, patient(server), transport) as site:
        site.order(range(ORDERS))

        assert stop(site) == 0
        assert told(server) == once(*range(ORDERS))


def test_it_stops_though_the_server_of_the_errors_never_answers(tmp_path: Path) -> None:
    with ScriptedServer() as server, tornado(tmp_path, hopeless(server), "tornado") as site:
        site.order(range(ORDERS))

        assert stop(site) == 0
