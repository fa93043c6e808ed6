"""Ctrl-C reaches its program at once, and breaks nothing."""

from __future__ import annotations

import signal
import subprocess
import sys

from rookery.testing.server import ScriptedServer
from tests.laws.running import A_LIFETIME, PROGRAMS


def test_a_program_stopped_amid_a_delivery_goes_on_and_what_it_cut_off_is_counted() -> None:
    with ScriptedServer() as server:
        said = stop_amid_a_delivery(server, server.dsn, "sync")

    assert said == "stopped; 1 delivered, {('network_error', 'error'): 1}"


def test_what_stops_one_delivery_of_a_tee_keeps_nothing_from_its_other_servers() -> None:
    with ScriptedServer() as server, ScriptedServer() as other:
        said = stop_amid_a_delivery(server, f"{server.dsn}?to={other.dsn}", "tee+sync")

        assert len(other.events) == 2
    struck, whole = said.removeprefix("stopped; ").split("; ")
    assert struck == "1 delivered, {('network_error', 'error'): 1}"
    assert whole == "2 delivered, {}"


def stop_amid_a_delivery(server: ScriptedServer, dsn: str, transport: str) -> str:
    """What a program says that was sent SIGINT while the server kept its first event."""
    server.script("stall")
    program = subprocess.Popen(
        [sys.executable, str(PROGRAMS / "stopped.py"), dsn, transport],
        stdout=subprocess.PIPE,
        text=True,
    )
    with program:
        server.wait_for(1)
        program.send_signal(signal.SIGINT)
        said, _ = program.communicate(timeout=A_LIFETIME)
    return said
