"""Which loop works at the desk of a process: found, adopted, kept, relieved.

Rule 1: no loop is needed. What was handed over waits for one; a flush, and the exit, wait for none.
Rule 2: a loop is adopted when it runs the code that makes the transport or hands over. It is kept
        for as long as it runs; then the next one is adopted.
Rule 3: what a loop leaves behind when it stops is sent by whoever flushes, in the calling thread.
"""

from __future__ import annotations

from abc import abstractmethod
from typing import TYPE_CHECKING

from rookery_transports.driven import Driven
from rookery_transports.shift import Shift

if TYPE_CHECKING:
    from rookery.delivery.actions import Send
    from rookery.transport.contract import Sender, Setup
    from rookery_transports.desk import Desk
    from rookery_transports.event_loop import Loop


class Looped(Driven):
    """A transport that works on a loop of the program's."""

    def __init__(self, setup: Setup) -> None:
        self._shifts: dict[int, Shift] = {}
        self._inherited: list[Shift] = []
        super().__init__(setup)
        self.shift()

    @abstractmethod
    def running_loop(self) -> Loop | None:
        """The loop that runs the calling code, or that the program named; None: there is none.

        One that the program named need not run yet.
        """

    @abstractmethod
    def begin(self, shift: Shift, send: Send) -> None:
        """Start to carry something, in the loop; say ``shift.settled()`` when it is settled."""

    @abstractmethod
    def part(self, shift: Shift) -> None:
        """In the loop: close the connections of a shift."""

    @abstractmethod
    def abandon(self, shift: Shift) -> None:
        """Without the loop, or in a forked child: the same, with no lock and no word to the server."""

    def make_sender(self, setup: Setup) -> Sender:
        """Who sends what a loop has left: urllib3, in the thread that flushes."""
        from rookery_transports.senders.urllib3 import Urllib3Sender

        return Urllib3Sender(setup)

    def shift(self) -> Shift | None:
        """Who works at this process's desk; None before the first loop. Its loop may have stopped."""
        desk = self.desk
        shift = self._shifts.get(id(desk))
        if shift is not None and shift.loop.is_running():
            return shift
        loop = self.running_loop()
        if loop is None or (shift is not None and shift.loop == loop):
            return shift
        return self._adopt(desk, loop, shift)

    def _adopt(self, desk: Desk, loop: Loop, former: Shift | None) -> Shift:
        fresh = Shift(desk, loop, self.begin, self.part)
        if former is not None and self._shifts.pop(id(desk), None) is former:
            self._relieve(former)
        adopted = self._shifts.setdefault(id(desk), fresh)  # atomic: two threads agree on one
        adopted.wake()
        return adopted

    def forget(self, desk: Desk) -> None:
        """See :meth:`Driven.forget`."""
        super().forget(desk)
        shift = self._shifts.pop(id(desk), None)
        if shift is not None:
            self._inherited.append(shift)
            self.abandon(shift)

    def _relieve(self, shift: Shift) -> None:
        """Its loop has stopped: what it had begun is for others to send."""
        shift.desk.take_all_back()
        self.abandon(shift)

    def relieve(self, desk: Desk) -> None:
        """Let go of a loop that has stopped, before the calling thread sends in its place."""
        former = self._shifts.get(id(desk))
        if former is not None and not former.loop.is_running():
            del self._shifts[id(desk)]
            self._relieve(former)
