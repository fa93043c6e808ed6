"""What makes an event is loaded when the first one is made: most programs never make any.

Rule 1: no event is lost to the loading. What is captured amid it by the same thread (a signal
        handler or a destructor may interrupt it, and finds modules half done) waits for its end.
Rule 2: a fork waits for the loading too, and other threads do (:mod:`rookery.transport.loading`).
"""

from __future__ import annotations

from _thread import get_ident
from contextvars import copy_context
from functools import partial
from typing import TYPE_CHECKING, Any

from rookery.transport.loading import loading

if TYPE_CHECKING:
    from collections.abc import Callable

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
