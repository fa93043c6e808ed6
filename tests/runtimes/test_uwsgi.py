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
WORKERS = 2
KILLED = "DAMN"
"""uWSGI's word for a process that did not end by itself."""
GENTLY = ("--hook-master-start", "unix_signal:15 gracefully_kill_them_all")
"""What SIGTERM is to do. ``--die-on-term`` ends a worker past all exit handlers if it is busy."""
THREADS = {
    "enabled": ("--enable-threads",),
    "two": ("--enable-threads", "--threads", "2"),
}
"""Whether the program may start threads, and how many of uWSGI's run it in each process."""
LOADS = {"once": (), "each": ("--lazy-apps",)}
"""Whether the program is loaded before the workers are forked, or by each of them."""
threads_and_loads = pytest.mark.parametrize(
    ("threads", "loads"), [(threads, loads) for threads in THREADS for loads in LOADS]
)


def uwsgi(folder: Path, dsn: str, threads: str, loads: str, program: str = "shop_wsgi.py") -> Site:
    """Two workers, on a socket of the test's."""
    return Site(
        *(BIN / "uwsgi", "--http-socket", "fd://{fd}", "--home", sys.prefix, "--master"),
        *("--processes", WORKERS, *GENTLY, "--need-app", *THREADS[threads], *LOADS[loads]),
        *("--wsgi-file", PROGRAMS / program),
        folder=folder,
        SENTRY_DSN=dsn,
    )


def order_twice(site: Site) -> None:
    """Order before and after a reload."""
    site.await_workers(WORKERS)
    site.order(range(ORDERS))
    site.reload()
    site.await_workers(WORKERS)
    site.order(range(ORDERS, 2 * ORDERS))


@threads_and_loads
def test_each_error_is_told_once_before_and_after_a_reload(
    tmp_path: Path, threads: str, loads: str
) -> None:
    with ScriptedServer() as server, uwsgi(tmp_path, patient(server), threads, loads) as site:
        order_twice(site)

        assert site.program.stop() == 0
        assert KILLED not in site.program.said
        assert told(server) == once(*range(2 * ORDERS))


@threads_and_loads
def test_workers_are_replaced_and_stop_though_the_server_of_the_errors_never_answers(
    tmp_path: Path, threads: str, loads: str
) -> None:
    with ScriptedServer() as server, uwsgi(tmp_path, hopeless(server), threads, loads) as site:
        order_twice(site)

        assert site.program.stop() == 0
        assert KILLED not in site.program.said


@threads_and_loads
def test_what_is_captured_at_the_very_end_is_sent_over_tls(
    tmp_path: Path, threads: str, loads: str
) -> None:
    """The workers have used OpenSSL by then, for their customers, and have not made a sender."""
    pytest.importorskip("trustme", reason="https needs rookery[testing]")
    with ScriptedServer("https") as server:
        dsn = f"{patient(server)}&verify_ssl=false"
        with uwsgi(tmp_path, dsn, threads, loads, program="shop_sealing.py") as site:
            sealed = site.await_workers(WORKERS)

            assert site.program.stop() == 0
            keys = [answer.replace("sealed by", "the key of") for answer in sealed]
            assert told(server) == once(*keys)
