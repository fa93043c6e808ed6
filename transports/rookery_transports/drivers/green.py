"""The driver for green threads: each envelope is carried by one, on the hub of a thread.

Rule 1: nothing is patched, and nothing has to be: the sockets are the library's own.
Rule 2: who flushes in a green thread waits in the way of its library, and the others run.
Rule 3: where no green thread may wait, in the hub itself, a thread of ours sends instead.
"""

from __future__ import annotations

import os
from abc import abstractmethod
from contextlib import suppress
from sys import is_finalizing
from time import monotonic
from typing import TYPE_CHECKING, Any, cast

from rookery_transports.courier import Courier
from rookery_transports.drivers.loop import LoopDriver

if TYPE_CHECKING:
    from rookery.delivery.actions import Outcome, Send
    from rookery.transport.contract import Setup
    from rookery_transports.desk import Desk
    from rookery_transports.event_loop import Loop
    from rookery_transports.hubs import Hub, Hubs
    from rookery_transports.shift import Shift
    from rookery_transports.waiting import Gate


class GreenDriver(LoopDriver):
    """Sends in green threads."""

    def __init__(self, setup: Setup) -> None:
        self.hubs = self.make_hubs()
        hub: Any = getattr(setup.options, "hub", None)
        self._named = None if hub is None else self.hubs.named(hub)
        self._home = self.hubs.thread_id()
        self._couriers: dict[int, Courier] = {}
        super().__init__(setup)
        self.desk.courier.encoder()  # what it loads would stop the hub later

    @abstractmethod
    def make_hubs(self) -> Hubs:
        """The library of green threads."""

    def running_loop(self) -> Loop | None:
        """See :meth:`LoopDriver.running_loop`. The thread of ``init`` gets a hub if it has none."""
        if is_finalizing():  # there are no hubs any more
            return None
        if self._named is not None and self._named.pid == os.getpid():
            return self._named
        here = self.hubs.here()
        return self.hubs.make() if here is None and self.hubs.thread_id() == self._home else here

    def begin(self, shift: Shift, send: Send) -> None:
        """See :meth:`LoopDriver.begin`."""
        self.hubs.spawn(cast("Hub", shift.loop), lambda: self._carry(shift, send))

    def part(self, shift: Shift) -> None:
        """See :meth:`LoopDriver.part`."""
        courier = self._couriers.pop(id(shift), None)
        if courier is not None:
            courier.close()

    def abandon(self, shift: Shift) -> None:
        """See :meth:`LoopDriver.abandon`."""
        courier = self._couriers.pop(id(shift), None)
        if courier is not None:
            courier.forget()

    def gate(self) -> Gate:
        """See :meth:`LoopDriver.gate`."""
        here = None if is_finalizing() else self.hubs.here()
        return here.gate() if here is not None and here.may_wait() else self.hubs.closed_lock()

    def drive(self, desk: Desk, deadline: float) -> None:
        """See :meth:`LoopDriver.drive`. A thread does it, which stops no hub but its own."""
        if is_finalizing():  # a thread would start, and never run
            desk.drive(deadline)
            return
        gate = self.gate()

        def drive() -> None:
            desk.drive(deadline)
            desk.courier.close()  # its connections are on the hub of this thread

        try:
            self.hubs.start_thread(drive, gate.release)
        except RuntimeError:  # out of threads
            desk.tidy()
        else:
            gate.acquire(timeout=max(0.0, deadline - monotonic()))

    def flush(self, timeout: float) -> bool:
        """See :meth:`Transport.flush`. After that of the exit nothing can be loaded any more."""
        is_settled = super().flush(timeout)
        with suppress(Exception):  # anybody's code; tried again, and counted, for each envelope
            if not self.desk.delivery.is_closed:
                self.desk.courier.sender()
        return is_settled

    def _carry(self, shift: Shift, send: Send) -> None:
        outcome: Outcome | None = None
        try:
            outcome = self._courier(shift).carry(send.envelope)
        finally:  # killed: somebody else is to send it
            if shift.desk.pid == os.getpid():  # in a forked child it is the parent's
                self._report(shift, send, outcome)

    def _report(self, shift: Shift, send: Send, outcome: Outcome | None) -> None:
        if outcome is None:
            shift.desk.take_back(send.ticket)
        else:
            shift.desk.settle(send.ticket, outcome)
        shift.settled()

    def _courier(self, shift: Shift) -> Courier:
        if id(shift) not in self._couriers:
            self._couriers[id(shift)] = Courier(self.setup, self.make_sender)
        return self._couriers[id(shift)]
