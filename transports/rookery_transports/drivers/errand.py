"""A task of ours on an asyncio loop, which a loop that ends waits for."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine


class Errand(asyncio.Task[None]):
    """A task that goes on for ``grace`` seconds once it is cancelled.

    ``asyncio.run`` cancels all tasks at its end, and waits for them. Nothing of ours cancels one.
    """

    def __init__(
        self,
        coroutine: Coroutine[Any, Any, None],
        loop: asyncio.AbstractEventLoop,
        grace: float,
        on_cancel: Callable[[], object],
    ) -> None:
        self._grace = grace
        self._on_cancel = on_cancel
        self._is_warned = False
        super().__init__(coroutine, loop=loop, name="rookery")
        self._log_destroy_pending = False  # a loop that stops amid it is no news

    def cancel(self, msg: Any | None = None) -> bool:  # noqa: ARG002 - asyncio's signature
        """End soon; True if it has not ended yet."""
        if not self._is_warned:
            self._is_warned = True
            self._on_cancel()
            self.get_loop().call_later(self._grace, super().cancel)
        return not self.done()
