"""How long the program's own code may keep an event waiting: its ``__repr__`` and ``__str__``.

Rule 1: one event has one budget, and so has what is told before it: a breadcrumb, tags. Each call of
        the program's code is taken from it; once it is spent none is made any more, and the values
        that are left are told as ``UNREAD``.
Rule 2: a call that has begun is waited for. Nothing but a signal could interrupt it from its own
        thread, and signals are the program's: a ``__repr__`` that sleeps for ten seconds takes ten
        seconds, and is the last one that is called.
Rule 3: what is worth most is asked first: messages, then the frames nearest to the error.
Rule 4: none of it is heard. What asks many times is marked once, by :func:`asking`; a mark for
        each value would be a tenth of what an event costs.
"""

from __future__ import annotations

import time
from _thread import get_ident
from functools import wraps
from typing import TYPE_CHECKING, ParamSpec, TypeVar

from rookery.transport.guard import delivering, unheard

if TYPE_CHECKING:
    from collections.abc import Callable

P = ParamSpec("P")
T = TypeVar("T")

SECONDS = 1.0
UNREAD = "<not read: the event took too long>"


class TimeIsUp(Exception):
    """The event's budget is spent."""


class Budget:
    """What is left for one event, in seconds."""

    __slots__ = ("is_asking", "left")

    def __init__(self) -> None:
        self.left = SECONDS
        self.is_asking = False
        """Whether what runs is within :func:`asking`."""


_budgets: dict[int, Budget] = {}
"""By thread. No context variable: a finalizer may capture while CPython 3.11 is setting one, and
one that is set then, in the same context, takes the memory away that is being read."""


def budgeted(function: Callable[P, T]) -> Callable[P, T]:
    """The function makes one event, or a part of one, and has one budget for it."""

    @wraps(function)
    def within(*args: P.args, **kwargs: P.kwargs) -> T:
        thread = get_ident()
        around = _budgets.get(thread)
        _budgets[thread] = Budget()
        try:
            return function(*args, **kwargs)
        finally:
            if around is None:
                _budgets.pop(thread, None)
            else:
                _budgets[thread] = around

    return within


def asking(function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Call what tells an event, and asks the program's code on the way: all of it unheard."""
    budget = _budgets.get(get_ident())
    if budget is None:
        return unheard(function, *args, **kwargs)
    budget.is_asking = True
    try:
        return unheard(function, *args, **kwargs)
    finally:
        budget.is_asking = False


def ask(function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Call code of the program's, unheard and on the event's budget. Raises :class:`TimeIsUp`."""
    budget = _budgets.get(get_ident())
    if budget is None:
        return unheard(function, *args, **kwargs)
    if budget.left <= 0:
        raise TimeIsUp
    began = time.perf_counter()
    try:
        # Ctrl-C may have left the first mark behind; the second is gone with its context.
        if budget.is_asking and delivering.get():
            return function(*args, **kwargs)
        return unheard(function, *args, **kwargs)
    finally:
        budget.left -= time.perf_counter() - began
