"""uWSGI: what fails in a request is told once, and a worker stops in time.

pip compiles it, which takes a minute: the tox environment ``uwsgi`` has it, the others need not.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest

from rookery.testing.server import ScriptedServer
from tests.runtimes.running import BIN, PROGRAMS, hopeless, needs_proc, once, patient, told
from tests.runtimes.sites import Site

if TYPE_CHECKING:
    from pathlib import Path

is_missing = not (BIN / "uwsgi").exists()
pytestmark = [
    needs_proc,
    pytest.mark.skipif(is_missing, reason="uWSGI is compiled in `tox -e uwsgi` alone"),
]

ORDERS = 6
LOADED = "ready in"
KILLED = "DAMN"
"""uWSGI's words for a program that is loaded, and for a process that did not end by itself."""


def uwsgi(folder: Path, dsn: str, *more: str) -> Site:
    """Two workers, on a socket of the test's."""
    return Site(
        *(BIN / "uwsgi", "--http-socket", "fd://{fd}", "--home", sys.prefix, "--master"),
        *("--processes", 2, "--die-on-term", "--need-app", "--enable-threads", *more),
        *("--wsgi-file", PROGRAMS / "shop_wsgi.py"),
        folder=folder,
        SENTRY_DSN=dsn,
    )


@pytest.mark.parametrize("loads", ["once", "each"])
def test_each_error_is_told_once_before_and_after_a_reload(tmp_path: Path, loads: str) -> None:
    more = ["--lazy-apps"] if loads == "each" else []
    with ScriptedServer() as server, uwsgi(tmp_path, patient(server), *more) as site:
        site.order(range(ORDERS))
        loads_to_come = 2 if more else 1  # a worker that is still loading hears no signal
        site.program.wait_until(lambda: site.program.said.count(LOADED) >= loads_to_come, LOADED)
        site.reload()
        site.order(range(ORDERS, 2 * ORDERS))

        assert site.program.stop() == 0
        assert KILLED not in site.program.said
        assert told(server) == once(*range(2 * ORDERS))


def test_workers_stop_though_the_server_of_the_errors_never_answers(tmp_path: Path) -> None:
    with ScriptedServer() as server, uwsgi(tmp_path, hopeless(server)) as site:
        site.order(range(ORDERS))

        assert site.program.stop() == 0
        assert KILLED not in site.program.said
