"""What is particular to green threads: patched or not, in whatever thread, with a hub or without."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from rookery.testing.server import ScriptedServer

if TYPE_CHECKING:
    from collections.abc import Iterator

PROGRAMS = Path(__file__).parent / "programs"
PATIENCE = 100.0
LIBRARIES = [
    pytest.param(
        library,
        marks=pytest.mark.skipif(
            find_spec(library) is None, reason=f"needs {library}: rookery[{library}]"
        ),
    )
    for library in ("gevent", "eventlet")
]
each_library = pytest.mark.parametrize("library", LIBRARIES)
however_patched = pytest.mark.parametrize("patched", ["never", "early", "late"])


@contextmanager
def program(name: str, *arguments: str) -> Iterator[subprocess.Popen[str]]:
    """A program of ours, while it runs. It has to end well."""
    command = [sys.executable, "-X", "faulthandler", str(PROGRAMS / f"{name}.py"), *arguments]
    streams = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    with subprocess.Popen(command, text=True, **streams) as running:  # type: ignore[call-overload]  # two streams
        try:
            yield running
        finally:
            running.kill()


def rest(running: subprocess.Popen[str]) -> list[str]:
    """The lines that a program says until its end."""
    said, complained = running.communicate(timeout=PATIENCE)
    assert running.returncode == 0, complained
    return said.splitlines()


def line(running: subprocess.Popen[str]) -> str:
    assert running.stdout is not None
    return running.stdout.readline().strip()


def ran(server: ScriptedServer, *arguments: str) -> list[str]:
    """What a scene said, from its beginning to its end."""
    with program("green", *arguments, server.dsn) as running:
        return rest(running)


def messages(server: ScriptedServer) -> Counter[str]:
    """How often each message came."""
    return Counter(event["logentry"]["formatted"] for event in server.events)


@each_library
@however_patched
def test_each_event_comes_once_from_wherever_it_is_captured(library: str, patched: str) -> None:
    with ScriptedServer() as server:
        assert ran(server, library, patched, "everywhere") == ["over"]

        others = ["before the hub", "native", "at the end"]
        assert messages(server) == Counter([*others, *(f"green {n}" for n in range(5))])


@each_library
@however_patched
def test_other_green_threads_run_while_one_flushes(library: str, patched: str) -> None:
    with ScriptedServer() as server:
        server.hold()
        with program("green", library, patched, "flush_in_green", server.dsn) as running:
            assert line(running) == "others run False"
            server.release()

            assert rest(running) == ["flushed True", "over"]


@each_library
@however_patched
@pytest.mark.parametrize("scene", ["flush_in_native", "flush_without_hub"])
def test_a_native_thread_flushes_whether_the_hub_runs_or_not(
    library: str, patched: str, scene: str
) -> None:
    with ScriptedServer() as server:
        assert ran(server, library, patched, scene) == ["flushed True", "over"]
        assert messages(server) == Counter(["flushed"])


@each_library
@however_patched
def test_a_signal_handler_flushes_in_the_midst_of_the_hub(library: str, patched: str) -> None:
    with ScriptedServer() as server:
        assert ran(server, library, patched, "handler_in_hub") == ["flushed True", "over"]
        assert messages(server) == Counter(["in a handler"])


@each_library
@however_patched
def test_a_hub_whose_thread_has_ended_is_followed_by_another(library: str, patched: str) -> None:
    with ScriptedServer() as server:
        assert ran(server, library, patched, "hub_that_ends") == ["flushed True True", "over"]
        assert messages(server) == Counter(["by the first hub", "by the second hub"])


@each_library
@however_patched
def test_a_forked_child_sends_its_own_and_nothing_of_its_parents(
    library: str, patched: str
) -> None:
    with ScriptedServer() as server:
        server.script("stall")  # keeps the parent's first request; the child's is answered
        with program("green", library, patched, "fork", server.dsn) as running:
            assert line(running) == "child 0"
            assert messages(server) == Counter(["parent 0", "child"])
            server.go_on()

            assert rest(running) == ["flushed True", "over"]
        queued = [f"parent {number}" for number in range(5)]
        assert messages(server) - Counter(["parent 0"]) == Counter([*queued, "child"])


@each_library
@pytest.mark.parametrize("scheme", ["http", "https"])
@pytest.mark.timeout(300)
def test_a_patched_program_passes_the_checks_from_a_green_thread(library: str, scheme: str) -> None:
    if scheme == "https":
        pytest.importorskip("trustme", reason="https needs rookery[testing]")
    with program("conforming", library, scheme) as running:
        said, complained = running.communicate()

    *failed, passed = said.splitlines() or [complained]
    assert failed == []
    assert int(passed.removeprefix("passed ")) > 0, complained


@each_library
def test_a_hub_that_is_none_is_refused(library: str) -> None:
    """In a process of its own: eventlet would warn of each fork to come."""
    code = f"""
import rookery
try:
    rookery.init("http://key@localhost/1", transport={library!r}, hub=7)
except rookery.errors.BadOption as error:
    print(error)
"""
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert said.stdout.startswith(f"hub: 7 is not allowed; give a hub of {library}'s")


@each_library
def test_no_warning_comes_of_the_choice(library: str) -> None:
    code = f"import rookery; rookery.init('http://key@localhost/1', transport={library!r})"
    strict = [sys.executable, "-W", "error", "-c", code]

    subprocess.run(strict, check=True)


@each_library
def test_the_first_event_of_all_may_be_sent_at_the_end(library: str) -> None:
    capture = "import rookery, sys; rookery.init(*sys.argv[1:]); rookery.capture_message('last')"
    with ScriptedServer() as server:
        dsn = server.dsn.replace("http:", f"{library}+http:", 1)
        subprocess.run([sys.executable, "-c", capture, dsn], check=True, timeout=PATIENCE)

        assert messages(server) == Counter(["last"])
