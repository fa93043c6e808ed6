"""Leaves each envelope with a function of the program's: it is the program's to bring up.

rookery.init("cuckoo+https://key@errors.example.com/7", nest=my_queue.put_nowait)
"""

from __future__ import annotations

import os
import threading
from collections import deque
from collections.abc import Callable  # noqa: TC003 - Options is read at run time
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import TYPE_CHECKING

from rookery.delivery.ledger import Ledger
from rookery.transport import SETTINGS, Transport
from rookery.transport.guard import unheard

if TYPE_CHECKING:
    from rookery.delivery.ledger import Stats
    from rookery.envelope import Envelope
    from rookery.transport import Setup


@dataclass(frozen=True)
class CuckooOptions:
    """What only this transport understands. Without a nest, ``init`` fails."""

    nest: Callable[[bytes], object]
    """Called with the bytes of each envelope, in the thread that captured it; must not wait."""


class CuckooTransport(Transport):
    """Delivered is what the nest took; what it raises for is a loss. Nothing is ever pending."""

    Options = CuckooOptions
    backend = "rookery_cuckoo_backend:CUCKOO"
    unsupported = frozenset(option.name for option in SETTINGS) - {"on_drop"}

    def __init__(self, setup: Setup) -> None:
        super().__init__(setup)
        assert isinstance(setup.options, CuckooOptions)
        self.nest = setup.options.nest
        self.is_closed = False
        self._books: dict[int, Books] = {}

    def submit(self, envelope: Envelope) -> bool:
        """Never raises, and never waits: see :class:`Books`."""
        if not envelope.items:
            return True
        reason = "closed" if self.is_closed else self._give_away(envelope)
        self.books.note(envelope, reason)
        if reason and self.setup.settings.on_drop:
            with suppress(
                Exception
            ):  # the program's function; its errors are not the program's end
                unheard(self.setup.settings.on_drop, envelope, reason)
        return not reason

    def flush(self, timeout: float) -> bool:
        """There is never anything to wait for."""
        return True

    def close(self, timeout: float) -> bool:
        """From now on everything is refused, and counted."""
        self.is_closed = True
        return True

    @property
    def books(self) -> Books:
        """Those of this process: a forked child begins with empty ones, and a lock of its own."""
        return self._books.get(os.getpid()) or self._books.setdefault(os.getpid(), Books())

    @property
    def stats(self) -> Stats:
        """The books."""
        return self.books.read()

    def _give_away(self, envelope: Envelope) -> str:
        """Why it is lost; empty if it is not. What the nest logs or captures is not captured."""
        now = datetime.now(timezone.utc).isoformat()
        try:
            egg = envelope.with_headers(sent_at=now).serialize()
        except Exception:  # noqa: BLE001 - whatever a value raises when it becomes JSON
            return "internal_sdk_error"
        try:
            unheard(self.nest, egg)
        except Exception:  # noqa: BLE001 - the nest is anybody's code
            return "queue_overflow"
        return ""


class Books:
    """The ledger, written from any thread, and amid its own writing by a signal handler.

    Whoever finds the lock taken leaves a note and goes on; whoever lets it go looks for notes once
    more. So nobody waits, and nothing is counted half.
    """

    def __init__(self) -> None:
        self.ledger = Ledger()
        self.notes: deque[tuple[Envelope, str]] = deque()
        self.lock = threading.Lock()

    def note(self, envelope: Envelope, reason: str) -> None:
        """Delivered, or dropped for a reason."""
        self.notes.append((envelope, reason))
        self._write()

    def read(self) -> Stats:
        """The books at this moment."""
        self._write()
        return self.ledger.stats

    def _write(self) -> None:
        while self.notes and self.lock.acquire(blocking=False):
            try:
                if self.notes:  # another thread may have counted it meanwhile
                    self._count(*self.notes.popleft())
            finally:
                self.lock.release()

    def _count(self, envelope: Envelope, reason: str) -> None:
        if reason:
            self.ledger.refuse(envelope.items, reason)
        else:
            self.ledger.accept(len(envelope.items), 0)
            self.ledger.deliver(len(envelope.items), 0)
