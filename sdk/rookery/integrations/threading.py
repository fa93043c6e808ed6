"""Threads and thread pools: what they know of their circumstances, and what kills them.

A new thread has an empty context, so it would know nothing of the request that started it. Here it
begins with forks of the scopes of whoever started it; a job of a ``ThreadPoolExecutor`` with forks
of the scopes of whoever submitted it, for as long as the job takes.

``Thread.start`` and ``ThreadPoolExecutor.submit`` are wrapped. ``threading.excepthook`` would do to
learn of errors, but a program may put its own in place after ``init``.
"""

from __future__ import annotations

import sys
import threading
from functools import partial, wraps
from typing import TYPE_CHECKING, Any

from rookery.integrations import Integration, active
from rookery.integrations.imports import when_imported
from rookery.scopes import forked_scopes, swap_scopes

if TYPE_CHECKING:
    from collections.abc import Callable

    from rookery.scopes import Carried

MECHANISM = {"type": "threading", "handled": False}
POOLS = "concurrent.futures.thread"


class ThreadingIntegration(Integration):
    """Carries scopes into threads, unless ``propagate_scope`` is off, and captures their errors."""

    identifier = "threading"

    def __init__(self, propagate_hub: bool | None = None, propagate_scope: bool = True) -> None:
        self.propagate_scope = propagate_scope if propagate_hub is None else propagate_hub

    @staticmethod
    def setup_once() -> None:
        """Wrap ``Thread.start``, and the ``submit`` of thread pools once there are any."""
        threading.Thread.start = _starting(threading.Thread.start)  # type: ignore[assignment,method-assign,unused-ignore]
        when_imported(POOLS, _watch_pools)


def _starting(start: Callable[[threading.Thread], None]) -> Callable[[threading.Thread], None]:
    @wraps(start)
    def start_watched(self: threading.Thread) -> None:
        found = active(ThreadingIntegration)
        if found is None:
            return start(self)
        carried = forked_scopes() if found[1].propagate_scope else None
        own = vars(self)
        before = own.get("run")
        own["run"] = partial(_run, self, self.run, before, carried)
        try:
            return start(self)
        except BaseException:
            _put_back(own, before)
            raise

    return start_watched


def _run(
    thread: threading.Thread, run: Callable[[], None], before: Any, carried: Carried | None
) -> None:
    """What the new thread runs. Its scopes stay, for a ``threading.excepthook`` that captures."""
    __tracebackhide__ = True
    _put_back(vars(thread), before)
    if carried is not None:
        swap_scopes(carried)
    try:
        run()
    except SystemExit:
        raise
    except BaseException as error:
        found = active(ThreadingIntegration)
        if found is not None:
            found[0].capture_exception(error, mechanism=MECHANISM)
        raise


def _put_back(own: dict[str, Any], run: Any) -> None:
    """The thread's own ``run``, so that it holds no reference to itself for longer than it must."""
    if run is None:
        own.pop("run", None)
    else:
        own["run"] = run


def _watch_pools() -> None:
    pool = sys.modules[POOLS].ThreadPoolExecutor
    pool.submit = _submitting(pool.submit)


def _submitting(submit: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(submit)
    def submit_carrying(self: Any, function: Any, /, *args: Any, **kwargs: Any) -> Any:
        found = active(ThreadingIntegration)
        if found is None or not found[1].propagate_scope:
            return submit(self, function, *args, **kwargs)
        return submit(self, _work, forked_scopes(), function, *args, **kwargs)

    return submit_carrying


def _work(carried: Carried, function: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Any:
    """One job; the thread that does it has others to do."""
    __tracebackhide__ = True
    before = swap_scopes(carried)
    try:
        return function(*args, **kwargs)
    finally:
        swap_scopes(before)
