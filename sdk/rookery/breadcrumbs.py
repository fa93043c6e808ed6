"""Breadcrumbs: what happened before the event, in the order in which it was noted."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any, cast

from rookery.event import fitting
from rookery.event.budget import budgeted
from rookery.event.plain import plain
from rookery.event.text import clean, cut
from rookery.harmless import tell
from rookery.transport.guard import unheard

if TYPE_CHECKING:
    from collections.abc import Callable

    from rookery.types import Breadcrumb, Hint

    Hook = Callable[[Breadcrumb, Hint], Breadcrumb | None]

MAX_MESSAGE = 8192


@budgeted
def breadcrumb(given: dict[str, Any]) -> Breadcrumb:
    """The crumb as it will be sent, taken now: what it tells of may change."""
    told: dict[str, Any] = {"timestamp": time.time(), "type": "default"}
    for key, value in given.items():
        if value is not None and not (type(value) is dict and not value):
            told[key] = clean(cut(value, MAX_MESSAGE)) if type(value) is str else plain(value)
    return cast("Breadcrumb", fitting.crumb(told))


def hooked(hook: Hook | None, crumb: Breadcrumb, hint: Hint | None) -> Breadcrumb | None:
    """What ``before_breadcrumb`` makes of it; a hook that raises drops it (protocol: hooks)."""
    if hook is None:
        return crumb
    try:
        kept = unheard(hook, crumb, hint or {})
    except Exception:  # noqa: BLE001  # the hook is the host's code
        tell("before_breadcrumb failed; the breadcrumb is dropped")
        return None
    return cast("Breadcrumb", plain(kept)) if kept else None
