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
PROCESSES = 2
"""As the program says."""


def tornado(folder: Path, dsn: str, transport: str) -> Site:
    """Two processes, on a socket of the test's."""
    return Site(
        *(PYTHON, PROGRAMS / "shop_tornado.py", "{fd}"),
        folder=folder,
        SENTRY_DSN=dsn,
        ROOKERY_TRANSPORT=transport,
    )


def servers(site: Site) -> set[int]:
    """The processes that were forked."""
    return site.program.processes() - {site.program.process.pid}


def stop(site: Site) -> int:
    """Ask the servers to end; the one that forked them ends when they have."""
    signal_all(servers(site), signal.SIGTERM)
    return site.program.end()


def replace_processes(site: Site) -> None:
    """Have the servers end with an error: others are forked in their place. Wait for these."""
    site.await_workers(PROCESSES)
    former = servers(site)
    signal_all(former, signal.SIGHUP)
    site.program.wait_until(lambda: not former & servers(site), "the former servers end")
    site.await_workers(PROCESSES)


def signal_all(processes: set[int], number: signal.Signals) -> None:
    for pid in processes:
        os.kill(pid, number)


@pytest.mark.parametrize("transport", ["tornado", "threaded"])
def test_each_error_is_told_once(tmp_path: Path, transport: str) -> None:
    with ScriptedServer() as server, tornado(tmp_path, patient(server), transport) as site:
        site.order(range(ORDERS))

        assert stop(site) == 0
        assert told(server) == once(*range(ORDERS))


@pytest.mark.parametrize("transport", ["tornado", "threaded"])
def test_a_process_that_ends_is_replaced_and_nothing_is_lost(
    tmp_path: Path, transport: str
) -> None:
    with ScriptedServer() as server, tornado(tmp_path, patient(server), transport) as site:
        site.order(range(ORDERS))
        replace_processes(site)
        site.order(range(ORDERS, 2 * ORDERS))

        assert stop(site) == 0
        assert told(server) == once(*range(2 * ORDERS))


@pytest.mark.parametrize("transport", ["tornado", "threaded"])
def test_it_stops_though_the_server_of_the_errors_never_answers(
    tmp_path: Path, transport: str
) -> None:
    with ScriptedServer() as server, tornado(tmp_path, hopeless(server), transport) as site:
        site.order(range(ORDERS))
        replace_processes(site)
        site.order(range(ORDERS))

        assert stop(site) == 0
