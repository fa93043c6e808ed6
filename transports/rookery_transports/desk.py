"""The desk: where a machine of :mod:`rookery.delivery` meets the rest of its process.

Whoever takes the seat takes in what was left in the mailbox, and asks the machine what to do.

Rule 1: nobody waits for the seat. Who finds it taken leaves again, because
Rule 2: who leaves the seat looks once more whether something was left meanwhile.
Rule 3: nothing slow happens in the seat: no network, no callback of the user's.
"""

from __future__ import annotations

import os
import threading
from contextlib import suppress
from time import monotonic, sleep
from typing import TYPE_CHECKING, TypeVar

from rookery.delivery.actions import Answered, Failed, Failure, Send, Wait
from rookery.delivery.machine import CLOSED, QUEUE_OVERFLOW, Delivery
from rookery.delivery.terms import Terms
from rookery.transport.guard import unheard
from rookery_transports.mailbox import Mailbox
from rookery_transports.threads import Hands
from rookery_transports.waiting import ExitClock, Waiter, closed_lock

if TYPE_CHECKING:
    from collections.abc import Callable

    from rookery.delivery.actions import Action, Outcome
    from rookery.delivery.ledger import Stats
    from rookery.envelope import Envelope
    from rookery.transport.contract import Setup
    from rookery.transport.settings import Settings
    from rookery_transports.courier import Courier
    from rookery_transports.waiting import Gate

    OnDrop = Callable[[Envelope, str], object]

T = TypeVar("T")
LEAST_BUDGET = 0.25
"""Seconds without which no sending is begun: cut off, it would arrive and be tried again."""
BACKLOG = 64
"""Envelopes that may wait here as the objects they were built from, their bytes not yet counted.

Beyond, who hands over also takes over. It happens where a thread captures without a pause: each
time it lets go of the interpreter lock it has it back before any other thread wakes up.
"""


def terms(settings: Settings, *, pauses: bool) -> Terms:
    """What the machine needs of the settings."""
    return Terms(
        maxsize=settings.maxsize,
        maxbytes=settings.maxbytes,
        overflow=settings.overflow,
        retries=settings.retries,
        concurrency=settings.concurrency,
        send_client_reports=settings.send_client_reports,
        notes_losses=settings.on_drop is not None,
        pauses=pauses,
    )


class Desk:
    """One machine in one process; see the module for its rules."""

    def __init__(self, setup: Setup, delivery: Delivery, courier: Courier) -> None:
        self.pid = os.getpid()
        self.delivery = delivery
        self.courier = courier
        self.mailbox = Mailbox()
        self.own_threads = Hands()
        self._waiters: list[Waiter] = []
        # Re-entrant, so that a Ctrl-C right after it was taken leaves it with a thread that can
        # still take it.
        self._seat = threading.RLock()
        self._seated: int | None = None
        self._is_watched = False
        self._on_drop = setup.settings.on_drop
        self.exit_clock = ExitClock(setup.settings.shutdown_timeout)

    # For anybody.

    def hand_over(self, envelope: Envelope) -> bool:
        """Leave an envelope. False: it is refused, and a slip is left to count it by."""
        reason = self._refusal()
        if reason is not None:
            self._turn_away(envelope, reason)
            return False
        self.mailbox.hand_over(envelope)
        if len(self.mailbox.handed) > BACKLOG:
            self._seated_do(self._catch_up)
        return True

    def _catch_up(self) -> None:
        """Take over two envelopes for each one handed over, so that the backlog shrinks."""
        self.mailbox.take_over(self.delivery, most=2)

    def _turn_away(self, envelope: Envelope, reason: str) -> None:
        self.mailbox.turn_away(envelope, reason)
        if len(self.mailbox.refused) > BACKLOG:
            self._seated_do(lambda: self.mailbox.count_refused(self.delivery))
        if self._on_drop is not None:
            self._tell_user(self._on_drop, envelope, reason)

    def is_quiet(self) -> bool:
        """Whether there is nothing to take in, to send, to settle or to report."""
        return not (self.mailbox.has_mail() or self.has_something_to_send())

    def has_something_to_send(self) -> bool:
        """Whether there is anything that a server may have to be waited for."""
        held = self.delivery.buffer or self.delivery.in_flight
        return bool(held or self.mailbox.handed or self.delivery.reports.discarded)

    def has_a_hand_free(self) -> bool:
        """Whether one more may be carried at the same time."""
        return len(self.delivery.in_flight) < self.delivery.terms.concurrency

    def stats(self) -> Stats:
        """The books, with what was left here and not taken in yet."""
        return self.mailbox.added_to(self.delivery.stats)

    # In the seat.

    def turn(self, most: int | None = None) -> Action | None:
        """Take in what was left, and what is to be done now. None: somebody else sees to it.

        With ``most``, no more envelopes than that are taken in; see :meth:`Mailbox.take_in`.
        """
        action = self._seated_do(lambda: self._decide(most))
        if action is not None:
            self._announce_losses()
        return action

    def tidy(self) -> None:
        """Only take in what was left; for when nobody drives and nothing can be sent."""
        self._seated_do(self._take_in)
        self._announce_losses()

    def _seated_do(self, work: Callable[[], T]) -> T | None:
        if not self._seat.acquire(blocking=False):
            return None
        try:
            if self._seated is not None:  # this thread has it, further down its stack
                return None
            self._seated = threading.get_ident()
            try:
                return work()
            finally:
                self._seated = None
        finally:
            self._seat.release()

    def _decide(self, most: int | None) -> Action:
        self.mailbox.take_in(self.delivery, most)
        action = self.delivery.next_action(now := monotonic())
        self._let_go(now)
        return action

    def _take_in(self) -> None:
        self.mailbox.take_in(self.delivery)
        self._let_go(monotonic())

    def _let_go(self, now: float) -> None:
        self._waiters = [w for w in self._waiters if not w.is_over(self.delivery, now)]

    # Sending in the calling thread.

    def drive(self, deadline: float) -> None:
        """Send in the calling thread until nothing more can be sent before the deadline."""
        with self.own_threads.joined():
            while deadline - monotonic() >= LEAST_BUDGET:
                action = self.turn()
                if isinstance(action, Send):
                    self.carry(action, deadline)
                elif isinstance(action, Wait) and self._is_worth_a_wait(action, deadline):
                    self._watch(action.until)
                elif action is None or not self.mailbox.has_mail():
                    return
            self.tidy()

    def carry(
        self, action: Send, deadline: float | None = None, *, is_announced: bool = True
    ) -> None:
        """Post an envelope, and leave what came of it; unannounced, if the caller sees to it.

        In one of :attr:`own_threads`.
        """
        outcome: Outcome = Failed(Failure.READ, "interrupted")
        try:
            budget = None if deadline is None else deadline - monotonic()
            outcome = self.courier.carry(action.envelope, budget)
        finally:  # Ctrl-C goes on to its program, and what was interrupted is counted
            self.settle(action.ticket, outcome, is_announced=is_announced)

    def settle(self, ticket: int, outcome: Outcome, *, is_announced: bool = True) -> None:
        """Leave what came of a :class:`Send`."""
        # It spreads retries, and is not the program's; to draw it lets go of the interpreter.
        is_accepted = isinstance(outcome, Answered) and 200 <= outcome.status < 300
        chance = 0.0 if is_accepted else int.from_bytes(os.urandom(4), "big") / 2**32
        leave = self.mailbox.leave if is_announced else self.mailbox.leave_open
        leave(lambda delivery: delivery.settle(ticket, outcome, monotonic(), chance))

    def take_back(self, ticket: int) -> None:
        """Leave word that a :class:`Send` was broken off, and is to be sent by somebody else."""
        self.mailbox.leave(lambda delivery: delivery.take_back(ticket, monotonic()))

    def take_all_back(self) -> None:
        """Leave word that whoever carried something is gone."""
        self.mailbox.leave(lambda delivery: delivery.take_all_back(monotonic()))

    def _is_worth_a_wait(self, action: Wait, deadline: float) -> bool:
        """Whether a retry comes before the deadline. Nobody waits for a report to be due."""
        return action.until <= deadline and bool(self.delivery.buffer) and not self._is_watched

    def _watch(self, until: float) -> None:
        """Sleep until the next retry; one thread does so for all."""
        self._is_watched = True
        try:
            sleep(max(0.0, until - monotonic()))
        finally:
            self._is_watched = False

    # Waiting for the end.

    def deadline(self, timeout: float) -> float:
        """``timeout`` seconds from now, and no later than the deadline of the program's exit."""
        return self.exit_clock.limit(monotonic() + timeout)

    def await_settled(self, deadline: float, waiter: Waiter) -> bool:
        """Wait for what the waiter marks. A thread that is waited for does not wait."""
        if threading.get_ident() in (*self.own_threads, self._seated):
            return waiter.leave()
        waiter.wait(deadline - monotonic())
        return waiter.leave()

    def enlist(
        self, on_over: Callable[[], object] | None = None, gate: Gate | None = None
    ) -> Waiter:
        """A waiter for all that was left here before."""
        waiter = Waiter(on_over, gate)

        def join(delivery: Delivery) -> None:
            waiter.mark = delivery.ask_for_report()
            self._waiters.append(waiter)

        self.mailbox.leave(join)
        return waiter

    def await_taken_in(self, timeout: float, gate: Gate | None = None) -> None:
        """Wait until what was left here before is taken in; the gate is a closed lock of any kind."""
        gate = closed_lock() if gate is None else gate
        self.mailbox.leave(lambda _: gate.release())
        gate.acquire(timeout=timeout)

    def abandon(self) -> None:
        """Leave word to give up all that is pending."""
        self.mailbox.leave(lambda delivery: delivery.abandon(monotonic()))

    def _refusal(self) -> str | None:
        """Why an envelope is not even taken to the machine."""
        if self.delivery.is_closed:
            return CLOSED
        maxsize, waiting = self.delivery.terms.maxsize, len(self.mailbox.handed)
        if self.delivery.terms.overflow == "drop_newest":
            waiting += len(self.delivery.buffer)
        elif 0 < maxsize <= waiting:
            self._seated_do(self._catch_up)  # the machine makes room among the oldest
            waiting = len(self.mailbox.handed)
        return QUEUE_OVERFLOW if 0 < maxsize <= waiting else None

    def _announce_losses(self) -> None:
        """Call ``on_drop`` for what was lost, outside the seat."""
        losses, on_drop = self.delivery.losses, self._on_drop
        if on_drop is None:
            return
        with suppress(IndexError):  # another thread may have told the last one
            while losses:
                self._tell_user(on_drop, *losses.popleft())

    @staticmethod
    def _tell_user(on_drop: OnDrop, envelope: Envelope, reason: str) -> None:
        """What ``on_drop`` raises or captures goes nowhere."""
        with suppress(Exception):
            unheard(on_drop, envelope, reason)
