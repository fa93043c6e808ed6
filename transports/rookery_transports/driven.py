"""What the drivers share that run a machine at a desk: one desk a process, and its books.

A forked child gets a desk of its own. The parent's is kept, untouched, for as long as the child
lives: to tidy it away would run finalizers that take locks which a thread that is not there any
more may hold.
"""

from __future__ import annotations

import os
import sys
import weakref
from abc import abstractmethod
from time import monotonic
from typing import TYPE_CHECKING

from rookery.delivery.machine import Delivery
from rookery.transport.contract import Sender, Setup, Transport
from rookery.transport.guard import watch_collector
from rookery_transports.courier import Courier
from rookery_transports.desk import Desk, terms

if TYPE_CHECKING:
    from rookery.delivery.ledger import Stats

SERVER = "uwsgi"
"""A module that is there in uWSGI alone, whose workers end in C."""


class Driven(Transport):
    """A transport made of a driver, which is a subclass, and of a sender."""

    pauses = True
    """Whether an unreachable server pauses all sending; see :mod:`rookery.delivery.link`."""

    def __init__(self, setup: Setup) -> None:
        super().__init__(setup)
        self._desks: dict[int, Desk] = {}
        self._kept: list[Desk] = []
        self._open_desk(Delivery(terms(setup.settings, pauses=self.pauses)))
        renew_in_children(self)
        watch_collector()
        if SERVER in sys.modules:
            from rookery_transports.openssl import outlive_python

            outlive_python()

    @abstractmethod
    def make_sender(self, setup: Setup) -> Sender:
        """The sender; called when the first envelope leaves, and again in a forked child."""

    @property
    def stats(self) -> Stats:
        """See :attr:`Transport.stats`."""
        return self.desk.stats()

    def note_loss(self, reason: str, category: str, quantity: int) -> None:
        """See :meth:`Transport.note_loss`."""
        self.desk.mailbox.leave(
            lambda delivery: delivery.note_loss(reason, category, quantity, monotonic())
        )

    @property
    def desk(self) -> Desk:
        """The desk of this process. Looked up by process id, because uWSGI forks unannounced."""
        desk = self._desks.get(os.getpid())
        return desk if desk is not None else self._inherit()

    def _inherit(self) -> Desk:
        """A desk for this process, which was forked since the last one was opened."""
        parents = [desk for pid, desk in self._desks.copy().items() if pid != os.getpid()]
        for desk in parents:
            self.forget(desk)
            self._open_desk(desk.delivery.successor())
            self._kept.append(desk)
            self._desks.pop(desk.pid, None)  # a process to come may have this id again
        return self._desks[os.getpid()]

    def forget(self, desk: Desk) -> None:
        """In a forked child: let go of what was open at its parent's desk."""
        desk.courier.forget()

    def _open_desk(self, delivery: Delivery) -> None:
        desk = Desk(self.setup, delivery, Courier(self.setup, self.make_sender))
        self._desks.setdefault(desk.pid, desk)  # atomic: two threads agree on one


def renew_in_children(transport: Driven) -> None:
    """Give forked children their own desk at once, where Python sees the fork."""
    reference = weakref.ref(transport)

    def renew() -> None:
        inherited = reference()
        if inherited is not None:
            inherited.desk  # noqa: B018 - looking it up opens it

    os.register_at_fork(after_in_child=renew)
