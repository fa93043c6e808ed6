"""Ctrl-C reaches its program at once, and breaks nothing."""

from __future__ import annotations

import signal
import subprocess
import sys

from rookery.testing.server import ScriptedServer
from tests.laws.running import A_LIFETIME, PROGRAMS


def test_a_program_stopped_amid_a_delivery_goes_on_and_what_it_cut_off_is_counted() -> None:
    with ScriptedServer() as server:
        server.script("stall")
        program = subprocess.Popen(
            [sys.executable, str(PROGRAMS / "stopped.py"), server.dsn],
            stdout=subprocess.PIPE,
            text=True,
        )
        with program:
            server.wait_for(1)
            program.send_signal(signal.SIGINT)
            said, _ = program.communicate(timeout=A_LIFETIME)

    assert said == "stopped; 1 delivered, {('network_error', 'error'): 1}"
