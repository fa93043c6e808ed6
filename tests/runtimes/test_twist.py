"""An application of Twisted's under ``twist``: each error is told once, and it stops in time."""

from __future__ import annotations

import re
from http.client import HTTPConnection
from typing import TYPE_CHECKING

import pytest

from rookery.testing.server import ScriptedServer
from tests.runtimes.running import (
    PATIENCE,
    PYTHON,
    Program,
    hopeless,
    needs,
    needs_proc,
    once,
    patient,
    told,
)

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = [needs_proc, needs("twisted"), needs("OpenSSL")]

ORDERS = 6
LISTENS = re.compile(r"starting on (\d+)")


def twist(folder: Path, dsn: str, reactor: str) -> Program:
    """The shop, on a port that it finds by itself."""
    return Program(
        *(PYTHON, "-m", "twisted", f"--reactor={reactor}"),
        *("web", "--class=shop_twisted.Shop", "--listen=tcp:0:interface=127.0.0.1"),
        folder=folder,
        SENTRY_DSN=dsn,
        ROOKERY_TRANSPORT="twisted",
    )


def order(program: Program, count: int) -> None:
    """Order what there is not, and hear so."""
    program.wait_until(lambda: LISTENS.search(program.said), "it listens")
    found = LISTENS.search(program.said)
    assert found
    for number in range(count):
        connection = HTTPConnection("127.0.0.1", int(found[1]), timeout=PATIENCE)
        connection.request("GET", f"/order/{number}", headers={"Connection": "close"})
        assert connection.getresponse().status == 500
        connection.close()


@pytest.mark.parametrize("reactor", ["default", "asyncio"])
def test_each_error_is_told_once(tmp_path: Path, reactor: str) -> None:
    with ScriptedServer() as server, twist(tmp_path, patient(server), reactor) as program:
        order(program, ORDERS)

        assert program.stop() in (0, -15)
        assert told(server) == once(*range(ORDERS))
        assert "Unhandled" not in program.said


@pytest.mark.parametrize("reactor", ["default", "asyncio"])
def test_it_stops_though_the_server_of_the_errors_never_answers(
    tmp_path: Path, reactor: str
) -> None:
    with ScriptedServer() as server, twist(tmp_path, hopeless(server), reactor) as program:
        order(program, ORDERS)

        assert program.stop() in (0, -15)
