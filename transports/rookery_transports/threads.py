"""Threads and locks of one kind: that which there was when this was loaded.

gevent and eventlet patch ``_thread`` in a program that runs already. gunicorn has them do so in each
worker, after ``--preload`` has loaded the program. A new thread would then be a green one, and the
queue at which it waits, made before, would stop the thread in which all the others run.

Signals are for the program's threads. A handler in C runs in any thread that does not block its
signal, with no regard for what that does just now: uWSGI ends its workers in one, by ``exit``, and
amid a call of ours it skips the exit handlers or crashes in OpenSSL.
"""

from __future__ import annotations

import _signal  # type: ignore[import-not-found]  # typeshed knows `signal` alone, which see in guard
import _thread
import threading
from _thread import allocate_lock, start_new_thread
from contextlib import contextmanager
from types import BuiltinFunctionType
from typing import TYPE_CHECKING, Protocol

from rookery.transport.guard import mark

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

__all__ = ["Hand", "Hands", "allocate_lock", "launch"]


ARE_REAL = isinstance(start_new_thread, BuiltinFunctionType)
"""Whether the threads here are the system's. Else all was patched before this was loaded."""
FAULTS = {_signal.SIGSEGV, _signal.SIGFPE, _signal.SIGILL, _signal.SIGABRT}
"""Signals that a thread sends to itself; to block one of these has no defined effect."""


class Hand(Protocol):
    """A thread that works."""

    @property
    def ident(self) -> int | None:
        """Its number; None before it runs."""

    def is_alive(self) -> bool:
        """Whether it still works."""

    def join(self, timeout: float | None = None) -> None:
        """Wait for its end."""


class Unnoticed:
    """A thread past :mod:`threading`, which makes green ones by now."""

    def __init__(self, work: Callable[[], None]) -> None:
        self.ident: int | None = None
        self._over = allocate_lock()
        self._over.acquire()
        start_new_thread(self._run, (work,))

    def _run(self, work: Callable[[], None]) -> None:
        self.ident = threading.get_ident()
        try:
            work()
        finally:
            self._over.release()

    def is_alive(self) -> bool:
        """See :meth:`Hand.is_alive`."""
        return self._over.locked()

    def join(self, timeout: float | None = None) -> None:
        """See :meth:`Hand.join`."""
        if self._over.acquire(timeout=-1 if timeout is None else timeout):
            self._over.release()


class Hands(set[int]):
    """The threads that send for a desk at this moment. None waits for it: it would wait for itself."""

    @contextmanager
    def joined(self) -> Iterator[None]:
        """The calling thread is one of them, as it may have been before: it interrupted itself."""
        me = threading.get_ident()
        is_first = me not in self
        try:
            self.add(me)
            yield
        finally:
            if is_first:
                self.discard(me)

    def are_others(self) -> bool:
        """Whether there are any, and the calling thread is none of them: it may wait for them."""
        return bool(self) and threading.get_ident() not in self


def launch(name: str, task: Callable[[], None], crew: Hands) -> Hand | None:
    """A daemon thread at work, one of ``crew`` meanwhile; None where none can start."""

    def work() -> None:
        block_signals()
        mark()
        with crew.joined():
            task()

    try:
        if _thread.start_new_thread is not start_new_thread:  # patched meanwhile
            return Unnoticed(work)
        thread = threading.Thread(target=work, name=name, daemon=True)
        thread.start()
    except RuntimeError:  # out of threads, or the interpreter is on its way out
        return None
    return thread


def block_signals() -> None:
    """Leave the program's signals to its own threads. A green thread runs in one of these."""
    if ARE_REAL and hasattr(_signal, "pthread_sigmask"):
        _signal.pthread_sigmask(_signal.SIG_BLOCK, _signal.valid_signals() - FAULTS)
