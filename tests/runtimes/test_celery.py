"""Celery: what fails in a task is told once, and a worker stops in time."""

from __future__ import annotations

import signal
import subprocess
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from rookery.testing.server import ScriptedServer
from tests.runtimes.running import (
    PROGRAMS,
    PYTHON,
    Program,
    hopeless,
    needs,
    needs_proc,
    once,
    patient,
    surroundings,
    told,
)

if TYPE_CHECKING:
    from pathlib import Path

    from _pytest.mark.structures import ParameterSet

pytestmark = [needs_proc, needs("celery")]

ORDERS = 6


@dataclass(frozen=True)
class Pool:
    """Who does a worker's tasks, the transport that is used there, and what has to be installed."""

    kind: str
    transport: str = "threaded"
    options: tuple[str, ...] = ("--concurrency", "2")

    @property
    def param(self) -> ParameterSet:
        marks = [needs(self.kind)] if self.kind in ("gevent", "eventlet") else []
        return pytest.param(self, id=f"{self.kind}-{self.transport}", marks=marks)


PREFORK = Pool("prefork")
POOLS = [
    PREFORK,
    Pool("solo"),
    Pool("threads"),
    Pool("gevent"),
    Pool("gevent", "gevent"),
    Pool("eventlet"),
    Pool("eventlet", "eventlet"),
]


def worker(folder: Path, dsn: str, pool: Pool, *more: object) -> Program:
    """A worker at work on the orders that lie in its queue."""
    (folder / "queue").mkdir()
    environ: dict[str, Any] = {
        "SHOP_QUEUE": str(folder / "queue"),
        "ROOKERY_TRANSPORT": pool.transport,
    }
    ordering = [PYTHON, str(PROGRAMS / "celery_orders.py"), str(ORDERS)]
    subprocess.run(ordering, check=True, cwd=folder, env={**surroundings(), **environ})
    return Program(
        *(PYTHON, "-m", "celery", "--app", "celery_shop", "worker", "--pool", pool.kind),
        *("--loglevel", "INFO", "--without-gossip", "--without-mingle", "--without-heartbeat"),
        *(*pool.options, *more),
        folder=folder,
        SENTRY_DSN=dsn,
        **environ,
    )


def all_done(program: Program) -> bool:
    """Whether each order has failed."""
    return program.said.count("raised unexpected: LookupError") >= ORDERS


@pytest.mark.parametrize("pool", [pool.param for pool in POOLS])
def test_each_error_is_told_once(tmp_path: Path, pool: Pool) -> None:
    with ScriptedServer() as server, worker(tmp_path, patient(server), pool) as program:
        program.wait_until(lambda: all_done(program), "each order fails")

        assert program.stop() == 0
        assert told(server) == once(*range(ORDERS))


def test_processes_that_are_replaced_after_each_task_lose_nothing(tmp_path: Path) -> None:
    with (
        ScriptedServer() as server,
        worker(tmp_path, patient(server), PREFORK, "--max-tasks-per-child", 2) as program,
    ):
        program.wait_until(lambda: all_done(program), "each order fails")

        assert program.stop() == 0
        assert told(server) == once(*range(ORDERS))
        assert len({event["tags"]["process"] for event in server.events}) > 2


@pytest.mark.parametrize("pool", [pool.param for pool in POOLS])
def test_a_worker_stops_though_the_server_of_the_errors_never_answers(
    tmp_path: Path, pool: Pool
) -> None:
    with ScriptedServer() as server, worker(tmp_path, hopeless(server), pool) as program:
        program.wait_until(lambda: all_done(program), "each order fails")

        assert program.stop(signal.SIGTERM) == 0


def test_processes_are_replaced_though_the_server_of_the_errors_never_answers(
    tmp_path: Path,
) -> None:
    with (
        ScriptedServer() as server,
        worker(tmp_path, hopeless(server), PREFORK, "--max-tasks-per-child", 1) as program,
    ):
        program.wait_until(lambda: all_done(program), "each order fails")

        assert program.stop() == 0
