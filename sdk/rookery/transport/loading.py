"""Forks while a thread of ours loads what it needs.

What makes an event, and a sender's library, are loaded by the thread that needs them first, so that
``init`` stays quick. But an import that a fork cuts off leaves its locks taken in the child, for
ever. So a fork waits for such an import to end, and none begins while one is under way.

Both wait for a limited time: what they wait for might wait for them.

What a thread captures amid its own loading (a signal handler or a destructor may interrupt it, and
finds modules half done) is put off until that has ended, so that no event is lost to it.

Hooks before a fork run in reverse order of their registration. That of :mod:`logging` takes the
lock that every ``getLogger`` of a module that is loaded needs; so it is registered before ours.
"""

from __future__ import annotations

import logging  # noqa: F401 - its fork hook takes its lock; ours has to come first, see below
import os
import threading
from _thread import get_ident
from contextlib import contextmanager
from contextvars import copy_context
from functools import partial
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

A_LOAD_TAKES = 10.0
"""Seconds at most that a fork or a load waits for the other."""


class ForkGate:
    """Passed by one at a time: a thread that loads, or one that forks."""

    def __init__(self) -> None:
        self._gate = threading.RLock()
        self._is_passed = False

    @contextmanager
    def passed(self) -> Iterator[None]:
        """Load something."""
        is_mine = self._gate.acquire(timeout=A_LOAD_TAKES)
        try:
            yield
        finally:
            if is_mine:
                self._gate.release()

    def before_fork(self) -> None:
        """Wait for a load to end."""
        self._is_passed = self._gate.acquire(timeout=A_LOAD_TAKES)

    def after_fork(self) -> None:
        """In the parent: loads may go on."""
        if self._is_passed:
            self._gate.release()

    def renew(self) -> None:
        """In the child: nobody else is here."""
        self._gate = threading.RLock()


GATE = ForkGate()
loading = GATE.passed
os.register_at_fork(
    before=GATE.before_fork, after_in_parent=GATE.after_fork, after_in_child=GATE.renew
)

_waiting: dict[int, list[Callable[[], object]]] = {}
"""By thread that loads: what it captured meanwhile."""


def prepare(load: Callable[[], object]) -> None:
    """Load, then do what was put off until then."""
    me = get_ident()
    _waiting[me] = []
    try:
        with loading():
            load()
    finally:
        for put_off in _waiting.pop(me):
            put_off()


def is_preparing() -> bool:
    """Whether the caller interrupts the loading, further up its own stack."""
    return get_ident() in _waiting


def put_off(function: Callable[..., object], *args: Any) -> None:
    """Call the function once the loading has ended, in the context of now."""
    _waiting[get_ident()].append(partial(copy_context().run, function, *args))
