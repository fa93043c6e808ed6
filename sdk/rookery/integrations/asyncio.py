"""asyncio: each task has scopes of its own, and an exception that nobody retrieves is captured.

A task runs in a copy of the context that it was made in, and that copy holds the same scopes: what
a task sets would turn up in its siblings. So a task is made in a context with forks of them.

``create_task`` and ``call_exception_handler`` of the base class of event loops are wrapped, and of
uvloop's, which has another base: a task factory belongs to one loop, and to the program. A loop may
be made before ``init`` or after it, by whatever factory; eager tasks (Python 3.12) begin in the
forks too. Who names a context for a task
(``context=``, Python 3.11) means to share it, and does.
"""

from __future__ import annotations

import sys
from contextvars import copy_context
from functools import wraps
from typing import TYPE_CHECKING, Any, cast

from rookery.harmless import harmless
from rookery.integrations import Integration, active, switch_on
from rookery.integrations.imports import when_imported
from rookery.scopes import forked_scopes, get_client, swap_scopes

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextvars import Context

    from rookery.client import Client

MECHANISM = {"type": "asyncio", "handled": False}
BASE = "asyncio.base_events"
CONTEXT = "_rookery_context"
"""The attribute of a task that says where it runs, for Python 3.11 and older."""


class AsyncioIntegration(Integration):
    """Forks scopes for tasks, and captures what an event loop can only log.

    ``task_spans`` is for tracing, which does nothing yet.
    """

    identifier = "asyncio"

    def __init__(self, task_spans: bool = True) -> None:
        if not task_spans:
            self.idle = ("AsyncioIntegration(task_spans)",)

    @staticmethod
    def setup_once() -> None:
        """Wrap the loop's methods once there is asyncio."""
        when_imported("asyncio", lambda: _watch(sys.modules[BASE].BaseEventLoop))
        when_imported("uvloop", lambda: _watch(sys.modules["uvloop"].Loop))


def enable_asyncio_integration(task_spans: bool = True) -> None:
    """Switch it on for the client that there is, also one that has it disabled.

    Not needed otherwise: it is on as soon as the program has imported asyncio.
    """
    client = get_client()
    if client.is_active() and client.get_integration("asyncio") is None:
        switch_on(cast("Client", client), AsyncioIntegration(task_spans))


def _watch(loop: Any) -> None:
    """Wrap the methods of a class of loops, for it and those that inherit from it."""
    loop.create_task = _forking(loop.create_task)
    loop.call_exception_handler = _capturing(loop.call_exception_handler)


def _forking(create: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(create)
    def create_task(self: Any, coroutine: Any, **kwargs: Any) -> Any:
        __tracebackhide__ = True
        if kwargs.get("context") is not None or active(AsyncioIntegration) is None:
            return create(self, coroutine, **kwargs)
        context = copy_context()
        context.run(swap_scopes, forked_scopes())
        task = context.run(create, self, coroutine, **kwargs)
        _remember(task, context)
        return task

    return create_task


@harmless(None)
def _remember(task: Any, context: Context) -> None:
    if not hasattr(task, "get_context"):
        setattr(task, CONTEXT, context)


def _capturing(handle: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(handle)
    def call_exception_handler(self: Any, context: Any) -> Any:
        _capture(context)
        return handle(self, context)

    return call_exception_handler


@harmless(None)
def _capture(told: Any) -> None:
    """In the scopes of the task that failed, whoever finds that out: often it is the collector."""
    error = told.get("exception")
    failed = told.get("task") or told.get("future")
    if error is not None:
        where = _context_of(failed) or copy_context()
        before = swap_scopes(where.copy().run(forked_scopes))
        try:
            _capture_here(error)
        finally:
            swap_scopes(before)


def _capture_here(error: BaseException) -> None:
    found = active(AsyncioIntegration)
    if found is not None:
        found[0].capture_exception(error, mechanism=MECHANISM)


def _context_of(task: Any) -> Context | None:
    ask = getattr(task, "get_context", None)
    found: Context | None = ask() if ask else getattr(task, CONTEXT, None)
    return found
