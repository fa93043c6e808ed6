"""The end of a program: one deadline over everything that happens there."""

from __future__ import annotations

import os
import threading
from typing import TYPE_CHECKING

from rookery.testing.conformance.check import Unsuitable, check
from rookery.testing.conformance.forking import describe, fork, in_child

if TYPE_CHECKING:
    from rookery.testing.conformance.rig import Rig
    from rookery.transport.contract import Transport

SHORT = 0.5
"""Seconds of the deadline: enough to begin to send."""
LONG = 600.0
"""Seconds that everything else may take."""


@check("http", "forks", settings="shutdown_timeout")
def the_end_of_a_program_has_one_deadline(rig: Rig) -> None:
    """At exit, ``shutdown_timeout`` bounds every wait: connecting, answers, retries and flushes."""
    if threading.current_thread() is not threading.main_thread():
        raise Unsuitable("only the main thread can end as a program's does")
    transport = rig.build(shutdown_timeout=SHORT, timeout=LONG, retries=50)
    rig.server.script(*["stall"] * 50)
    child = in_child(rig, fork, lambda: ends(rig, transport))
    _, status = os.waitpid(child, 0)
    assert status == 0, f"a program ended with {describe(status)}"


def ends(rig: Rig, transport: Transport) -> bool:
    """In the child: what exit handlers do, once its main thread has ended."""
    threading._shutdown()  # type: ignore[attr-defined]  # noqa: SLF001 - what the interpreter does first when it ends
    rig.submit(transport, 1, 2)
    transport.flush(LONG)
    transport.close(LONG)
    return transport.stats.delivered == 0
