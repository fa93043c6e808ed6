"""Whether the code that runs is a transport's own.

Nothing that a transport does may be captured, or a warning about a dead server becomes an event
for the dead server, and so on. A list of logger names cannot tell what a transport does; the
context in which it does it can. It holds for each thread, task and greenlet apart.

Two things run in that context and are not the transport's, because they interrupt it: garbage
collection, with whatever destructors and callbacks of the program's it calls, in any thread; and
the program's signal handlers, in the main thread, where a transport may be sending.
"""

from __future__ import annotations

import _signal  # type: ignore[import-not-found]  # typeshed knows `signal` alone, which see below
import gc
import sys
from _thread import get_ident
from contextvars import ContextVar, copy_context
from types import CodeType
from typing import TYPE_CHECKING, ParamSpec, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

P = ParamSpec("P")
T = TypeVar("T")

SIGNALS = range(1, _signal.NSIG)
"""Asked of the built-in module: `signal` makes members of an enumeration of every answer, which
costs fifty times as much, and each request that a transport makes asks once."""
delivering: ContextVar[bool] = ContextVar("rookery_delivering", default=False)
"""Set to True for good by a thread or task that does nothing but deliver."""
COLLECTS_AMID_C = sys.version_info < (3, 12)
_marks: list[Callable[[], object]] = []
_collecting: list[int] = []
"""The thread that collects garbage; there is one at most."""


def is_delivering() -> bool:
    """True in a transport's own threads, and while a transport sends in the caller's."""
    return delivering.get() and this_thread() not in _collecting and not _is_handling_signal()


def unheard(function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Call something, capturing nothing of what it does.

    In a context of its own: an exception may come between any two steps, such as Ctrl-C, and a
    mark that has to be taken away again could then stay for ever.
    """
    context = copy_context()
    context.run(mark)
    return context.run(function, *args, **kwargs)


def mark() -> None:
    """From here on, the context that runs is a transport's own."""
    delivering.set(True)
    for also in _marks:
        also()


def mark_also(how: Callable[[], object]) -> None:
    """Have ``how`` called wherever :func:`mark` is: another SDK is to hear nothing either."""
    if how not in _marks:
        _marks.append(how)


def _is_handling_signal() -> bool:
    """Whether a function on the stack, above what the transport began, is a signal handler."""
    handlers = {
        code_of(handler) for handler in map(_signal.getsignal, SIGNALS) if callable(handler)
    }
    handlers.discard(None)
    frame = sys._getframe(1) if handlers else None  # noqa: SLF001 - a light module's currentframe
    while frame is not None and frame.f_code is not unheard.__code__:
        if frame.f_code in handlers:
            return True
        frame = frame.f_back
    return False


def code_of(handler: object) -> CodeType | None:
    """The code of a function, a method or a callable object; None for what is not Python's."""
    for function in (
        handler,
        getattr(handler, "__func__", None),
        vars(type(handler)).get("__call__"),
    ):
        code = getattr(function, "__code__", None)
        if isinstance(code, CodeType):
            return code
    return None


def this_thread() -> int:
    """The calling thread, or green thread. At the very end of a patched program nobody knows any."""
    try:
        return get_ident()
    except RuntimeError:
        return 0


def may_set_variables() -> bool:
    """Whether a context variable may be set here.

    Not by what the collector calls, until CPython 3.12: it interrupts the midst of C code too, and
    who is setting one in the same context would go on reading what is freed then.
    """
    return not (COLLECTS_AMID_C and _collecting and this_thread() in _collecting)


def watch_collector() -> None:
    """From now on, tell what the collector calls from what a transport does."""
    if _collection_starts not in gc.callbacks:
        gc.callbacks.insert(0, _collection_starts)  # around the callbacks of everybody else
        gc.callbacks.append(_collection_stops)


def _collection_starts(phase: str, _: Mapping[str, int]) -> None:
    if phase == "start":
        _collecting.append(this_thread())


def _collection_stops(phase: str, _: Mapping[str, int]) -> None:
    if phase == "stop":
        _collecting.clear()
