"""The driver for Twisted's reactor.

Rule: no reactor is installed here. The one that the program has chosen is found once it is there.
"""

from __future__ import annotations

import asyncio
import sys
from time import monotonic
from types import ModuleType
from typing import TYPE_CHECKING, Any, cast

from rookery.delivery.machine import Delivery
from rookery_transports.drivers.coroutine import CoroutineDriver
from rookery_transports.drivers.reactor import Reactor

if TYPE_CHECKING:
    from collections.abc import Coroutine

    from twisted.internet.defer import Deferred

    from rookery.delivery.actions import Send
    from rookery.transport.contract import Setup
    from rookery_transports.shift import Loop, Shift


class ReactorDriver(CoroutineDriver):
    """Sends on the reactor; as that stops, it waits for what is under way."""

    def __init__(self, setup: Setup) -> None:
        self._triggers: dict[int, Any] = {}
        super().__init__(setup)

    def running_loop(self) -> Reactor | None:
        """See :meth:`Looped.running_loop`: the reactor that was given, or the installed one."""
        reactor: Any = getattr(self.setup.options, "reactor", None)
        if reactor is None:
            reactor = sys.modules.get("twisted.internet.reactor")
        # A module: somebody is importing it at this moment.
        return None if reactor is None or isinstance(reactor, ModuleType) else Reactor(reactor)

    def start(self, _: Loop, coroutine: Coroutine[Any, Any, None]) -> None:
        """See :meth:`CoroutineDriver.start`."""
        from twisted.internet.defer import Deferred

        Deferred.fromCoroutine(coroutine).addErrback(lambda _: None)  # nobody is left to be told

    def begin(self, shift: Shift, send: Send) -> None:
        """See :meth:`LoopDriver.begin`."""
        if id(shift) not in self._triggers:
            self._triggers[id(shift)] = reactor_of(shift).addSystemEventTrigger(
                "before", "shutdown", self._drain
            )
        super().begin(shift, send)

    def part(self, shift: Shift) -> None:
        """See :meth:`LoopDriver.part`."""
        super().part(shift)
        trigger = self._triggers.pop(id(shift), None)
        if trigger is not None:
            reactor_of(shift).removeSystemEventTrigger(trigger)

    def _drain(self) -> Deferred[bool]:
        """What the reactor waits for before it stops."""
        from twisted.internet.defer import Deferred

        return Deferred.fromCoroutine(self._settled(self.setup.settings.shutdown_timeout))

    async def flush_async(self, timeout: float) -> bool:
        """See :meth:`Transport.flush_async`; to be awaited on Twisted's loop or on asyncio's."""
        if is_in_asyncio_task():
            return await super().flush_async(timeout)
        return await self._settled(timeout)

    async def close_async(self, timeout: float) -> bool:
        """See :meth:`flush_async`."""
        if is_in_asyncio_task():
            return await super().close_async(timeout)
        self.desk.mailbox.leave(Delivery.close)
        is_settled = await self._settled(timeout)
        return self.close(0.0) and is_settled

    async def _settled(self, timeout: float) -> bool:
        """In the reactor's thread: whether all that was left is settled in time."""
        from twisted.internet.defer import Deferred

        shift = self.shift()
        if self.desk.is_quiet() or shift is None:
            return self.flush(timeout)
        over: Deferred[None] = Deferred()

        def fire() -> None:
            if not over.called:
                over.callback(None)

        waiter = self.desk.enlist(lambda: shift.loop.call_soon(fire))
        shift.wake()
        left = max(0.0, self.desk.deadline(timeout) - monotonic())
        timer = reactor_of(shift).callLater(left, fire)
        try:
            await over
        finally:
            if timer.active():
                timer.cancel()
        return waiter.leave()


def reactor_of(shift: Shift) -> Any:
    """The reactor that a shift is on."""
    return cast("Reactor", shift.loop).reactor


def is_in_asyncio_task() -> bool:
    """Whether asyncio runs the calling code, and not Twisted, if on asyncio's loop."""
    try:
        return asyncio.current_task() is not None
    except RuntimeError:  # no loop runs here
        return False
