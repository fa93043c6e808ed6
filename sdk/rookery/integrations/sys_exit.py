"""Programs that end themselves by ``sys.exit`` because something failed: wraps ``sys.exit``.

Not on by default: many a command says with its exit status what is no error.
"""

from __future__ import annotations

import sys
from functools import wraps
from typing import TYPE_CHECKING, Any

from rookery.integrations import Integration, active

if TYPE_CHECKING:
    from collections.abc import Callable

MECHANISM = {"type": "sys_exit", "handled": False}
SUCCESS = (0, None)


class SysExitIntegration(Integration):
    """Captures the ``SystemExit`` of a failure; with ``capture_successful_exits`` of any end."""

    identifier = "sys_exit"

    def __init__(self, *, capture_successful_exits: bool = False) -> None:
        self.capture_successful_exits = capture_successful_exits

    @staticmethod
    def setup_once() -> None:
        """Wrap the function that is there."""
        sys.exit = _wrapped(sys.exit)


def _wrapped(leave: Callable[..., Any]) -> Any:
    @wraps(leave)
    def exit(*args: Any, **kwargs: Any) -> Any:  # noqa: A001  # the name that it stands for
        __tracebackhide__ = True
        try:
            leave(*args, **kwargs)
        except SystemExit as ending:
            found = active(SysExitIntegration)
            if found and (found[1].capture_successful_exits or ending.code not in SUCCESS):
                found[0].capture_exception(ending, mechanism=MECHANISM)
            raise

    return exit
