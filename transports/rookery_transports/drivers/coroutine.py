"""The driver for loops on which coroutines run: asyncio, Tornado, Twisted, trio."""

from __future__ import annotations

from abc import abstractmethod
from typing import TYPE_CHECKING, Any

from rookery.delivery.actions import Failed, Failure, Outcome
from rookery_transports.drivers.loop import LoopDriver

if TYPE_CHECKING:
    from collections.abc import Coroutine

    from rookery.delivery.actions import Send
    from rookery.envelope import Envelope
    from rookery.transport.contract import AsyncSender, Setup
    from rookery_transports.event_loop import Loop
    from rookery_transports.shift import Shift


class CoroutineDriver(LoopDriver):
    """Carries each envelope in a coroutine."""

    def __init__(self, setup: Setup) -> None:
        self._senders: dict[int, AsyncSender] = {}
        super().__init__(setup)

    @abstractmethod
    def make_async_sender(self, setup: Setup) -> AsyncSender:
        """The sender for a loop; called in that loop, once for each."""

    @abstractmethod
    def start(self, loop: Loop, coroutine: Coroutine[Any, Any, None]) -> None:
        """Have a coroutine run on the loop."""

    def begin(self, shift: Shift, send: Send) -> None:
        """See :meth:`LoopDriver.begin`."""
        self.start(shift.loop, self._carry(shift, send))

    def part(self, shift: Shift) -> None:
        """See :meth:`LoopDriver.part`."""
        sender = self._senders.pop(id(shift), None)
        if sender is not None:
            self.start(shift.loop, sender.aclose())

    def abandon(self, shift: Shift) -> None:
        """See :meth:`LoopDriver.abandon`."""
        sender = self._senders.pop(id(shift), None)
        if sender is not None:
            sender.forget()

    async def _carry(self, shift: Shift, send: Send) -> None:
        outcome: Outcome | None = None
        try:
            outcome = await self._post(shift, send.envelope)
        except Exception as error:  # noqa: BLE001 - a sender is anybody's code
            outcome = Failed(Failure.BROKEN, f"{type(error).__name__}: {error}")
        finally:  # cancelled: somebody else is to send it
            if outcome is None:
                shift.desk.take_back(send.ticket)
            else:
                shift.desk.settle(send.ticket, outcome)
            shift.settled()

    async def _post(self, shift: Shift, envelope: Envelope) -> Outcome:
        request = shift.desk.courier.encoder().encode(envelope)
        outcome: object = await self._sender(shift).post(request)
        if not isinstance(outcome, Outcome):
            raise TypeError(f"a sender has to return an Outcome, not {outcome!r}")
        return outcome

    def _sender(self, shift: Shift) -> AsyncSender:
        if id(shift) not in self._senders:
            self._senders[id(shift)] = self.make_async_sender(self.setup)
        return self._senders[id(shift)]
