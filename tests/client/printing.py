"""A transport that prints what it is given, for programs that are looked at from outside.

In a module of its own: what ``__main__`` defines keeps it from being torn down at exit.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rookery.delivery.ledger import Stats
from rookery.transport.contract import Transport

if TYPE_CHECKING:
    import rookery


class Printing(Transport):
    def __init__(self) -> None:
        self.taken = 0

    def submit(self, envelope: rookery.Envelope) -> bool:
        event: dict[str, Any] = dict(envelope.event or {})
        entry = event.get("exception", {"values": [{}]})["values"][-1]
        what = entry.get("type") or event["logentry"]["formatted"]
        mechanism = entry.get("mechanism", {})
        print("event", what, mechanism.get("type"), mechanism.get("handled"), flush=True)
        self.taken += 1
        return True

    def flush(self, timeout: float) -> bool:
        print("flush", timeout > 0, flush=True)
        return True

    def close(self, timeout: float) -> bool:
        print("close", flush=True)
        return True

    def note_loss(self, reason: str, category: str, quantity: int) -> None:
        print("lost", reason, category, flush=True)

    @property
    def stats(self) -> Stats:
        return Stats(pending=self.taken)
