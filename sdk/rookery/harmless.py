"""Nothing raises into the host after ``init``: the one place where that is made true.

What went wrong inside the SDK is told to the logger ``rookery.errors``, and only with
``debug=True``: a log record may run the host's handlers and take their locks.
"""

from __future__ import annotations

from functools import wraps
from typing import TYPE_CHECKING, ParamSpec, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable
    from logging import Logger

P = ParamSpec("P")
T = TypeVar("T")
D = TypeVar("D")

LOGGER = "rookery.errors"
_log: Logger | None = None


def tell_of_failures(wanted: bool) -> None:
    """Log what goes wrong inside the SDK, to stderr (option ``debug``)."""
    global _log  # noqa: PLW0603  # one switch for the process, as stderr is
    _log = None
    if wanted:
        import logging  # now: while the interpreter shuts down nothing can be imported

        _log = logging.getLogger(LOGGER)
        _log.setLevel(logging.DEBUG)
        if not _log.handlers:
            handler = logging.StreamHandler()
            handler.setFormatter(logging.Formatter(" [rookery] %(levelname)s: %(message)s"))
            _log.addHandler(handler)


def tell(text: str) -> None:
    """Log a failure that is being handled, with its traceback, if anybody wants to know."""
    if _log is not None:
        _log.error(text, exc_info=True)  # only called in one


def note(text: str) -> None:
    """Log something that is worth knowing and no failure, if anybody wants to know."""
    if _log is not None:
        _log.debug(text)


def harmless(otherwise: D) -> Callable[[Callable[P, T]], Callable[P, T | D]]:
    """The function returns ``otherwise`` where it would raise an :class:`Exception`."""

    def decorate(function: Callable[P, T]) -> Callable[P, T | D]:
        @wraps(function)
        def guarded(*args: P.args, **kwargs: P.kwargs) -> T | D:
            try:
                return function(*args, **kwargs)
            except Exception:  # noqa: BLE001  # whatever it is, the host has not asked for it
                tell(f"{function.__qualname__} failed")
                return otherwise

        return guarded

    return decorate
