"""Exceptions that Python cannot raise, of ``__del__`` and the like: wraps ``sys.unraisablehook``.

Not on by default: what fails in a destructor has often failed elsewhere already, in numbers.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from rookery.integrations import Integration, active
from rookery.transport.guard import is_delivering

if TYPE_CHECKING:
    from collections.abc import Callable

    Hook = Callable[["sys.UnraisableHookArgs"], object]

MECHANISM = {"type": "unraisablehook", "handled": False}


class UnraisablehookIntegration(Integration):
    """Captures what is otherwise only printed."""

    identifier = "unraisablehook"

    @staticmethod
    def setup_once() -> None:
        """Wrap the hook that is there."""
        sys.unraisablehook = _wrapped(sys.unraisablehook)


def _wrapped(hook: Hook) -> Hook:
    def unraisablehook(unraisable: sys.UnraisableHookArgs) -> object:
        found = active(UnraisablehookIntegration)
        if found is not None and not is_delivering():
            error = unraisable.exc_value
            raised = (unraisable.exc_type, error, unraisable.exc_traceback)
            found[0].capture_exception(raised, mechanism=MECHANISM)
        return hook(unraisable)

    return unraisablehook
