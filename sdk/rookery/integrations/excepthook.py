"""Exceptions that nobody caught: wraps ``sys.excepthook``."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from rookery.integrations import Integration, active

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType

    Hook = Callable[[type[BaseException], BaseException, TracebackType | None], object]

MECHANISM = {"type": "excepthook", "handled": False}


class ExcepthookIntegration(Integration):
    """Captures what ends the program; not in an interactive shell, unless ``always_run``."""

    identifier = "excepthook"

    def __init__(self, always_run: bool = False) -> None:
        self.always_run = always_run

    @staticmethod
    def setup_once() -> None:
        """Wrap the hook that is there."""
        sys.excepthook = _wrapped(sys.excepthook)


def _wrapped(hook: Hook) -> Hook:
    def excepthook(
        kind: type[BaseException], error: BaseException, traceback: TracebackType | None
    ) -> object:
        found = active(ExcepthookIntegration)
        if found is not None and (found[1].always_run or not hasattr(sys, "ps1")):
            found[0].capture_exception((kind, error, traceback), mechanism=MECHANISM)
        return hook(kind, error, traceback)

    return excepthook
