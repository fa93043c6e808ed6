"""A fork while the transport is busy."""

from __future__ import annotations

import ctypes
import os
import signal
import threading
import traceback
import warnings
from math import ceil
from select import select
from time import sleep
from typing import TYPE_CHECKING, NoReturn

from rookery.testing.conformance.check import Unsuitable, check

if TYPE_CHECKING:
    from collections.abc import Callable

    from rookery.testing.conformance.rig import Rig
    from rookery.transport.contract import Transport

FORKS = 5
"""Forks behind Python's back that are tried: a thread that wants the interpreter breaks its lock."""
QUIET = 0.1
"""Seconds after which every thread waits for something else than the interpreter."""
CHILD = 1000
"""The number of the child's own event."""


def fork() -> int:
    """As :func:`os.fork`, which since 3.12 warns where there are threads (they are the point)."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        return os.fork()


def fork_behind_python() -> int:
    """A fork by C code, as uWSGI does it: Python hears nothing of it, no hook is run.

    The interpreter's own lock would not survive that while threads contend for it, so they are
    given the time to fall asleep.
    """
    sleep(QUIET)
    try:
        process = ctypes.PyDLL(None)
        return int(process.fork())
    except (OSError, AttributeError, TypeError):
        raise Unsuitable("the C library's fork cannot be called here") from None


def in_child(rig: Rig, fork: Callable[[], int], work: Callable[[], bool]) -> int:
    """Run ``work`` in a forked child, whom an alarm kills if it hangs; the id of its process."""
    for _ in range(FORKS):
        awake, told = os.pipe()
        pid = fork()
        if not pid:
            os.write(told, b".")
            be_child(work, ceil(rig.backend.patience))
        os.close(told)
        if is_told(awake, rig.backend.patience):
            return pid
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
        assert fork is fork_behind_python, "the child never comes back from the fork"
    raise Unsuitable("the interpreter itself does not survive a fork behind its back here")


def be_child(work: Callable[[], bool], seconds: int) -> NoReturn:
    """What a forked child does: the work, and its end."""
    status = 1
    try:
        signal.signal(signal.SIGALRM, signal.SIG_DFL)
        signal.alarm(seconds)
        status = 0 if work() else 2
    except BaseException:  # noqa: BLE001 - nothing may escape into a copy of the test run
        traceback.print_exc()
    finally:
        os._exit(status)


def is_told(awake: int, patience: float) -> bool:
    """Whether the child says in time that it runs; the pipe is closed."""
    try:
        return bool(select([awake], [], [], patience)[0])
    finally:
        os.close(awake)


def assert_forks(rig: Rig, fork: Callable[[], int]) -> None:
    """While ten events wait, a child sends one of its own; each arrives once."""
    if threading.current_thread() is not threading.main_thread():
        raise Unsuitable("only the main thread can fork as a program would")
    # A fork that fails behind Python takes its time; what is held meanwhile must not be sent again.
    transport = rig.build(timeout=rig.backend.patience * (FORKS + 1))
    rig.server.hold()
    caller = threading.Thread(target=rig.submit, args=(transport, *range(10)))
    caller.start()
    rig.server.wait_for(1, rig.backend.patience)
    if "queues" in rig.backend.capabilities:
        caller.join(rig.backend.patience)
    child = in_child(rig, fork, lambda: child_sends(rig, transport))
    rig.server.release()
    _, status = os.waitpid(child, 0)
    caller.join(rig.backend.patience)
    rig.settle(transport)
    assert status == 0, f"the child ended with {describe(status)}"
    arrived = sorted(rig.numbers())
    assert arrived == [*range(10), CHILD], f"arrived: {arrived}"
    assert transport.stats.delivered == 10, f"the parent's books: {transport.stats}"


def child_sends(rig: Rig, transport: Transport) -> bool:
    """In the child: an event of its own, in books of its own."""
    rig.submit(transport, CHILD)
    is_settled = transport.flush(rig.backend.patience)
    stats = transport.stats
    is_closed = transport.close(rig.backend.patience)
    return is_settled and is_closed and (stats.offered, stats.delivered) == (1, 1)


def describe(status: int) -> str:
    """What a wait status says."""
    code = os.waitstatus_to_exitcode(status)
    meanings = {-signal.SIGALRM: "its alarm: it hung", 2: "its event unsent, or in wrong books"}
    return meanings.get(code, f"status {code}")


@check("http", "forks")
def a_fork_while_busy_is_harmless(rig: Rig) -> None:
    """A child forked while the transport is busy sends its own event, and none of its parent's."""
    assert_forks(rig, fork)


@check("http", "forks")
def a_fork_behind_python_is_harmless(rig: Rig) -> None:
    """The same holds for a fork of which Python does not hear."""
    assert_forks(rig, fork_behind_python)


@check("forks")
def a_child_has_books_of_its_own(rig: Rig) -> None:
    """A child's ledger begins empty, and the parent's counts nothing of what the child does."""
    transport = rig.build()
    rig.submit(transport, 1)
    rig.settle(transport)
    child = in_child(rig, fork, lambda: child_sends(rig, transport))
    _, status = os.waitpid(child, 0)
    assert status == 0, f"the child ended with {describe(status)}"
    rig.submit(transport, 2)
    rig.settle(transport)
    stats = transport.stats
    assert (stats.offered, stats.delivered) == (2, 2), f"the parent's books: {stats}"


@check("http", "forks")
def a_child_of_an_unused_transport_can_send(rig: Rig) -> None:
    """A transport that was built and not used before the fork serves parent and child."""
    transport = rig.build()
    child = in_child(rig, fork, lambda: child_sends(rig, transport))
    _, status = os.waitpid(child, 0)
    rig.submit(transport, 1)
    rig.settle(transport)
    assert status == 0, f"the child ended with {describe(status)}"
    assert sorted(rig.numbers()) == [1, CHILD], str(rig.numbers())
