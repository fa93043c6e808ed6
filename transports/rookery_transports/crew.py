"""The threads that work at a desk: a clerk, and up to ``concurrency`` senders.

The clerk never touches the network (unless no sender can be had), so that it always has time to
take in, to refuse and to count, whatever the server does to the senders. A sender that has posted
asks by itself what is next, and bothers the clerk only if that is not for it. No thread starts
before the first event. All are daemons: the program's end waits for no server longer than it wants.
"""

from __future__ import annotations

import threading
from queue import SimpleQueue
from sys import is_finalizing
from time import monotonic
from typing import TYPE_CHECKING

from rookery.delivery.actions import Idle, Send, Stop
from rookery_transports.mailbox import wake
from rookery_transports.threads import launch
from rookery_transports.waiting import LOOK_AGAIN, NEVER

if TYPE_CHECKING:
    from rookery.delivery.actions import Action
    from rookery_transports.desk import Desk
    from rookery_transports.threads import Hand


class Crew:
    """The threads that work at one desk."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.outbox: SimpleQueue[Send | None] = SimpleQueue()
        self.clerk: Hand | None = None
        self.senders: list[Hand] = []
        self._hiring = threading.RLock()
        self._is_hiring = False
        self._has_ended = False

    def is_working(self) -> bool:
        """Whether the clerk is there. At the very end threads are alive but never run again."""
        clerk = self.clerk
        return not (clerk is None or self._has_ended or is_finalizing()) and clerk.is_alive()

    def start(self) -> bool:
        """Have the clerk at work; False where no thread can start."""
        if self.is_working():
            return True
        if is_finalizing() or not self._hiring.acquire(blocking=False):
            return not is_finalizing()  # whoever hires already will have hired
        try:
            return self._is_hiring or self._hire()
        finally:
            self._hiring.release()

    def _hire(self) -> bool:
        self._is_hiring = True
        try:
            if not self.is_working():
                self._has_ended = False
                self.clerk = launch("rookery-clerk", self._work, self.desk.own_threads)
            return self.clerk is not None
        finally:
            self._is_hiring = False

    def join(self, deadline: float) -> None:
        """Wait for the threads to end, and for the deadline at most."""
        for thread in [self.clerk, *self.senders]:
            if thread is not None and thread.ident != threading.get_ident():
                thread.join(max(0.0, deadline - monotonic()))

    def _work(self) -> None:
        while not isinstance(action := self.desk.turn(), Stop):
            if isinstance(action, Send):
                self._assign(action)
            else:
                self.desk.mailbox.listen(
                    monotonic() + LOOK_AGAIN if action is None else action.until
                )
        # First say so, then look once more: what is left from now on, its leaver sees to.
        self._has_ended = True
        self.desk.tidy()
        for _ in self.senders:
            self.outbox.put(None)
        self.desk.courier.close()

    def _assign(self, action: Send) -> None:
        """Give it to a sender; hire one more if all are busy; else post it here and now."""
        if len(self.desk.delivery.in_flight) > len(self.senders):
            hired = launch("rookery-sender", self._post, self.desk.own_threads)
            self.senders += [hired] if hired else []
        if self.senders:
            self.outbox.put(action)
        else:
            self.desk.carry(action, self.desk.deadline(NEVER))

    def _post(self) -> None:
        while (action := self.outbox.get()) is not None:
            self._carry_on(action)

    def _carry_on(self, action: Action | None) -> None:
        """Post it, then what is to be posted next; the clerk is woken up for all else.

        To have the clerk say what is next would switch threads twice for each envelope.
        """
        while isinstance(action, Send):
            self.desk.carry(action, is_announced=False)
            action = self.desk.turn()
            if self._concerns_the_clerk(action):
                self.desk.mailbox.leave(wake)

    def _concerns_the_clerk(self, action: Action | None) -> bool:
        """Whether there is something to be done that a sender cannot, or not alone."""
        if action is None:  # who has the seat may have looked before the outcome was left
            return self.desk.mailbox.has_mail()
        if isinstance(action, Send):
            return self.desk.has_a_hand_free()
        return not isinstance(action, Idle)
