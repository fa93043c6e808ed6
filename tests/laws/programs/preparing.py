"""A program whose first capture is interrupted while it loads what it needs: ``preparing.py BY``.

``BY`` is ``signal`` or ``fork``. Amid the load, found by a module that is loaded late, a signal
handler captures, or another thread forks a child that does. Prints each event with its process.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
import warnings
from typing import TYPE_CHECKING, Any

import rookery
from rookery.delivery.ledger import Stats
from rookery.transport.contract import Transport

if TYPE_CHECKING:
    from collections.abc import Sequence

warnings.simplefilter("ignore", DeprecationWarning)  # Python 3.12 warns of forks amid threads
PARENT = os.getpid()
AMID = "rookery.event.frames"
children: list[threading.Thread] = []


class Printing(Transport):
    def __init__(self) -> None:
        pass

    def submit(self, envelope: rookery.Envelope) -> bool:
        event: dict[str, Any] = dict(envelope.event or {})
        whose = "parent" if os.getpid() == PARENT else "child"
        entries = event.get("exception", {"values": [{}]})["values"]
        what = entries[-1].get("value") or event["logentry"]["formatted"]
        sys.stdout.write(f"{whose}: {what}, {event.get('tags', {}).get('who')}\n")
        sys.stdout.flush()
        return True

    def note_loss(self, reason: str, category: str, quantity: int) -> None:
        sys.stdout.write(f"lost {quantity} {category}: {reason}\n")

    def flush(self, timeout: float) -> bool:
        return True

    def close(self, timeout: float) -> bool:
        return True

    @property
    def stats(self) -> Stats:
        return Stats()


def handle(*_: object) -> None:
    with rookery.new_scope() as scope:
        scope.set_tag("who", "handler")
        try:
            raise ValueError("of the handler")
        except ValueError:
            rookery.capture_exception()


def fork() -> None:
    child = os.fork()
    if child == 0:
        rookery.capture_message("of the child")
        os._exit(0)
    deadline = time.monotonic() + 30
    while os.waitpid(child, os.WNOHANG) == (0, 0):
        if time.monotonic() > deadline:
            os.kill(child, signal.SIGKILL)
            sys.stdout.write("the child hangs\n")
        time.sleep(0.01)


def interrupt() -> None:
    if by == "signal":
        os.kill(PARENT, signal.SIGUSR1)
    else:
        children.append(threading.Thread(target=fork))
        children[0].start()
        time.sleep(0.2)  # what is to be seen is a fork that does not wait


class Interrupter:
    """First of the finders; it finds nothing."""

    def find_spec(self, name: str, _path: Sequence[str] | None, _target: object = None) -> None:
        if name == AMID:
            interrupt()


by = sys.argv[1]
signal.signal(signal.SIGUSR1, handle)
rookery.init("http://key@127.0.0.1:9/1", transport=Printing())
assert AMID not in sys.modules, "nothing would be interrupted"
sys.meta_path.insert(0, Interrupter())
rookery.capture_message("of the program")
for child in children:
    child.join()
