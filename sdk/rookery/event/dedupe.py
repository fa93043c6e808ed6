"""An exception is told once, by whichever integration meets it first (protocol: dedupe).

Rule 1: it is the object that counts, and the last one captured in this context.
Rule 2: nothing keeps the exception alive, for its frames would live as long.
Rule 3: nothing is remembered where that could harm: in a destructor that the collector calls an
        exception may be told twice.
"""

from __future__ import annotations

from contextvars import ContextVar
from weakref import ref

from rookery.transport.guard import may_set_variables, watch_collector

_last: ContextVar[object] = ContextVar("rookery_last_exception", default=None)
_MARK = "__rookery_captured__"
_dict_of = vars(BaseException)["__dict__"].__get__
"""The attributes that an exception has by itself, whatever its class makes of ``__dict__``."""
watch_collector()


def is_repeated(exception: BaseException) -> bool:
    """Whether it is the last one that was captured in this context; from now on it is."""
    token = _token_of(exception)
    if token is _last.get():
        return True
    _remember(token)
    return False


def forget(exception: BaseException) -> None:
    """Let it be captured again: its event was not sent, though not because it is not wanted."""
    if _token_of(exception) is _last.get():
        _remember(None)


def _remember(token: object) -> None:
    if may_set_variables():
        _last.set(token)


def _token_of(exception: BaseException) -> object:
    """What stands for it and is the same each time: there is but one such reference to an object.

    Instances of the built-in classes cannot be referred to weakly, and get a mark of their own.
    """
    try:
        return ref(exception)
    except TypeError:
        return _dict_of(exception).setdefault(_MARK, object())
