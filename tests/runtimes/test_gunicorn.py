"""gunicorn: what fails in a request of its workers is told once, and a worker stops in time."""

from __future__ import annotations

from dataclasses import dataclass
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

    from _pytest.mark.structures import ParameterSet

pytestmark = [needs_proc, needs("gunicorn")]

ORDERS = 6
GRACE = 20
"""Seconds after which gunicorn kills a worker. None of ours may need that."""
KILLED = "SIGKILL"
WORKERS_AT_ONCE = 2
"""As ``gunicorn_conf.py`` says."""


@dataclass(frozen=True)
class Worker:
    """A kind of worker, the transport that is used in it, and what it needs to be installed."""

    kind: str
    transport: str = "threaded"
    application: str = "shop_wsgi:application"
    modules: tuple[str, ...] = ()
    options: tuple[str, ...] = ()

    @property
    def param(self) -> ParameterSet:
        marks = [needs(module) for module in self.modules]
        return pytest.param(self, id=f"{self.kind.split('.')[0]}-{self.transport}", marks=marks)


GEVENT = ("gevent",)
EVENTLET = ("eventlet", "gunicorn.workers.geventlet")  # which gunicorn 26 dropped
UVICORN = ("uvicorn_worker",)
SYNC = Worker("sync")
GTHREAD = Worker("gthread", options=("--threads", "2"))
WORKERS = [
    SYNC,
    GTHREAD,
    Worker("gevent", modules=GEVENT),
    Worker("gevent", "gevent", modules=GEVENT),
    Worker("eventlet", modules=EVENTLET),
    Worker("eventlet", "eventlet", modules=EVENTLET),
    Worker("uvicorn_worker.UvicornWorker", "threaded", "shop_asgi:application", UVICORN),
    Worker("uvicorn_worker.UvicornWorker", "asyncio", "shop_asgi:application", UVICORN),
]
EACH = [worker.param for worker in WORKERS]


def gunicorn(folder: Path, dsn: str, worker: Worker, *more: object) -> Site:
    """Two workers of a kind, on a socket of the test's."""
    return Site(
        *(PYTHON, "-m", "gunicorn", "--config", PROGRAMS / "gunicorn_conf.py"),
        *("--bind", "fd://{fd}", "--graceful-timeout", GRACE, "--worker-class", worker.kind),
        *(*worker.options, *more, worker.application),
        folder=folder,
        SENTRY_DSN=dsn,
        ROOKERY_TRANSPORT=worker.transport,
    )


@pytest.mark.parametrize("loads", ["each", "preload"])
@pytest.mark.parametrize("worker", EACH)
def test_each_error_is_told_once_before_and_after_a_reload(
    tmp_path: Path, worker: Worker, loads: str
) -> None:
    more = ["--preload"] if loads == "preload" else []
    with ScriptedServer() as server, gunicorn(tmp_path, patient(server), worker, *more) as site:
        site.order(range(ORDERS))
        site.reload()
        site.order(range(ORDERS, 2 * ORDERS))

        assert site.program.stop() == 0
        assert KILLED not in site.program.said
        assert told(server) == once(*range(2 * ORDERS))


@pytest.mark.parametrize("worker", [SYNC.param, GTHREAD.param])
def test_workers_that_are_replaced_after_some_requests_lose_nothing(
    tmp_path: Path, worker: Worker
) -> None:
    with (
        ScriptedServer() as server,
        gunicorn(tmp_path, patient(server), worker, "--max-requests", 1) as site,
    ):
        site.order(range(ORDERS), at_once=1)

        assert site.program.stop() == 0
        assert told(server) == once(*range(ORDERS))
        assert len({event["tags"]["process"] for event in server.events}) > WORKERS_AT_ONCE


@pytest.mark.parametrize("worker", EACH)
def test_workers_are_replaced_and_stop_though_the_server_of_the_errors_never_answers(
    tmp_path: Path, worker: Worker
) -> None:
    with ScriptedServer() as server, gunicorn(tmp_path, hopeless(server), worker) as site:
        site.order(range(ORDERS))
        site.reload()
        site.order(range(ORDERS))

        assert site.program.stop() == 0
        assert KILLED not in site.program.said
