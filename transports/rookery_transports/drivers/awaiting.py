"""The driver for loops whose programs can await a flush: no thread waits for it."""

from __future__ import annotations

from abc import abstractmethod
from typing import TYPE_CHECKING

from rookery.delivery.machine import Delivery
from rookery_transports.drivers.coroutine import CoroutineDriver

if TYPE_CHECKING:
    from rookery_transports.desk import Desk
    from rookery_transports.shift import Shift


class AwaitingDriver(CoroutineDriver):
    """Flushes and closes without a thread, for a task of its own kind of loop."""

    @abstractmethod
    def is_awaited(self) -> bool:
        """Whether the calling code is a task of this kind of loop."""

    @abstractmethod
    async def settled(self, desk: Desk, deadline: float) -> bool:
        """Await that all that was left is settled; whether it is."""

    @abstractmethod
    async def parted(self, shift: Shift, deadline: float) -> None:
        """Await the end of a shift, and that its connections are closed."""

    async def flush_async(self, timeout: float) -> bool:
        """See :meth:`Transport.flush_async`."""
        if not self.is_awaited():
            return await super().flush_async(timeout)
        desk = self.desk
        return desk.is_quiet() or await self.settled(desk, desk.deadline(timeout))

    async def close_async(self, timeout: float) -> bool:
        """See :meth:`Transport.close_async`."""
        if not self.is_awaited():
            return await super().close_async(timeout)
        desk = self.desk
        deadline = desk.deadline(timeout)
        if desk.is_quiet() and desk.delivery.is_closed:
            return True
        desk.mailbox.leave(Delivery.close)
        is_settled = await self.settled(desk, deadline)
        if not is_settled:
            desk.abandon()
        shift = self.shift()
        if shift is None or not shift.wake():
            desk.tidy()
        else:
            await self.parted(shift, deadline)
        desk.courier.close()
        return is_settled
