"""A task of trio's that is not cut off by the end of its run, or of its nursery."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any

from rookery_transports.library import Library

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

    import trio
else:
    trio = Library("trio")


async def see_through(
    coroutine: Coroutine[Any, Any, None],
    grace: float,
    on_end: Callable[[], object],
    on_over: Callable[[], object],
) -> None:
    """Run a coroutine, which has ``grace`` seconds left once its task is cancelled: ``on_end``.

    Trio cancels system tasks once the main one has ended, and waits for them; so does a nursery.
    """
    shield = trio.CancelScope(shield=True)
    try:
        async with trio.open_nursery() as nursery:
            nursery.start_soon(limit, shield, grace, on_end)
            with shield, suppress(Exception):  # an error would be the end of the whole run
                await coroutine
            shield.shield = False  # it is over
            nursery.cancel_scope.cancel()
    finally:
        on_over()


async def limit(shield: trio.CancelScope, grace: float, on_end: Callable[[], object]) -> None:
    """Once it is cancelled: say so, and give what has begun so many seconds."""
    try:
        await trio.sleep_forever()
    finally:
        if shield.shield:
            on_end()
            shield.deadline = trio.current_time() + grace
