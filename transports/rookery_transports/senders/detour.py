"""Senders that ask the next server when one cannot be reached; see :mod:`rookery_transports.way`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rookery.transport.contract import AsyncSender, Sender
from rookery_transports.way import FIRST, Way

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from rookery.delivery.actions import Outcome
    from rookery.transport.contract import Request, Transport


class Detour(Sender):
    """For drivers whose sending may block a thread."""

    def __init__(self, way: Way) -> None:
        self.way = way

    @classmethod
    def maker(cls, targets: Sequence[Transport], name: str) -> Callable[[object, object], Detour]:
        """What makes one, as a method of that name of a transport."""
        return lambda _, __: cls(Way(targets, name))

    def post(self, request: Request) -> Outcome:
        """See :meth:`Sender.post`."""
        outcomes: dict[int, Outcome] = {}
        for place, readdressed in self.way.attempts(request):
            outcomes[place] = self.way.sender(place).post(readdressed)
            if not self.way.learn(place, outcomes[place]):
                return outcomes[place]
        return outcomes[FIRST]

    def close(self) -> None:
        """See :meth:`Sender.close`."""
        for sender in self.way.senders():
            sender.close()

    def forget(self) -> None:
        """See :meth:`Sender.forget`."""
        for sender in self.way.senders():
            sender.forget()


class AsyncDetour(AsyncSender):
    """For drivers whose sending runs in coroutines."""

    def __init__(self, way: Way) -> None:
        self.way = way

    @classmethod
    def maker(
        cls, targets: Sequence[Transport], name: str
    ) -> Callable[[object, object], AsyncDetour]:
        """As :meth:`Detour.maker`."""
        return lambda _, __: cls(Way(targets, name))

    async def post(self, request: Request) -> Outcome:
        """See :meth:`AsyncSender.post`."""
        outcomes: dict[int, Outcome] = {}
        for place, readdressed in self.way.attempts(request):
            outcomes[place] = await self.way.sender(place).post(readdressed)
            if not self.way.learn(place, outcomes[place]):
                return outcomes[place]
        return outcomes[FIRST]

    async def aclose(self) -> None:
        """See :meth:`AsyncSender.aclose`."""
        for sender in self.way.senders():
            await sender.aclose()

    def forget(self) -> None:
        """See :meth:`AsyncSender.forget`."""
        for sender in self.way.senders():
            sender.forget()
