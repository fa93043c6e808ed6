"""The driver for Twisted's reactor.

Rule: no reactor is installed here. The one that the program has chosen is found once it is there.
"""

from __future__ import annotations

import asyncio
import sys
from functools import partial
from time import monotonic
from types import ModuleType
from typing import TYPE_CHECKING, Any, cast

from rookery_transports.drivers.awaiting import AwaitingDriver
from rookery_transports.drivers.reactor import Reactor
from rookery_transports.drivers.reactor_arrival import expect

if TYPE_CHECKING:
    from collections.abc import Coroutine

    from twisted.internet.defer import Deferred

    from rookery.delivery.actions import Send
    from rookery.transport.contract import Setup
    from rookery_transports.desk import Desk
    from rookery_transports.event_loop import Loop
    from rookery_transports.shift import Shift

LOOK_AGAIN = 0.002
"""Seconds between two looks at what ends in a turn of the reactor's."""


class ReactorDriver(AwaitingDriver):
    """Sends on the reactor; as that stops, it waits for what is under way."""

    def __init__(self, setup: Setup) -> None:
        self._triggers: dict[int, Any] = {}
        super().__init__(setup)

    def running_loop(self) -> Reactor | None:
        """See :meth:`Looped.running_loop`: the reactor that was given, or the installed one."""
        reactor: Any = getattr(self.setup.options, "reactor", None)
        if reactor is None:
            reactor = sys.modules.get("twisted.internet.reactor")
        if reactor is None or isinstance(reactor, ModuleType):  # a module: it is being imported
            expect(self._wake)
            return None
        return Reactor(reactor)

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

        return Deferred.fromCoroutine(self._drained())

    async def _drained(self) -> bool:
        desk, began = self.desk, monotonic()
        deadline = desk.deadline(self.setup.settings.shutdown_timeout)
        is_settled = desk.is_quiet() or await self.settled(desk, deadline)
        desk.exit_clock.spend(monotonic() - began)
        return is_settled

    def is_awaited(self) -> bool:
        """See :meth:`AwaitingDriver.is_awaited`: unless asyncio runs the code, if on its loop."""
        try:
            return asyncio.current_task() is None
        except RuntimeError:  # no loop runs here
            return True

    async def settled(self, desk: Desk, deadline: float) -> bool:
        """See :meth:`AwaitingDriver.settled`."""
        from twisted.internet.defer import Deferred

        shift = self.shift()
        if shift is None:
            return self._settle(desk, deadline)
        over: Deferred[None] = Deferred()
        waiter = desk.enlist(lambda: shift.loop.call_soon(partial(over.callback, None)))
        shift.wake()
        left = max(0.0, deadline - monotonic())
        await over.addTimeout(left, reactor_of(shift), lambda *_: None)
        return waiter.leave()

    async def parted(self, shift: Shift, deadline: float) -> None:
        """See :meth:`AwaitingDriver.parted`."""
        from twisted.internet.task import deferLater

        while not shift.await_end(0.0) and monotonic() < deadline:
            await deferLater(reactor_of(shift), LOOK_AGAIN)


def reactor_of(shift: Shift) -> Any:
    """The reactor that a shift is on."""
    return cast("Reactor", shift.loop).reactor
