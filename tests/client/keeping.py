from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from rookery.delivery.ledger import Stats
from rookery.transport.contract import Transport

if TYPE_CHECKING:
    import rookery

DSN = "http://key@errors.example.com/7"


class Keeping(Transport):
    """A third party's transport of the third depth, made by hand: it keeps what it is given."""

    def __init__(self) -> None:
        self.envelopes: list[rookery.Envelope] = []
        self.lost: list[tuple[str, str]] = []
        self.flushes: list[float] = []
        self.is_closed = False
        self.is_slow = False

    @property
    def events(self) -> list[dict[str, Any]]:
        return [dict(envelope.event or {}) for envelope in self.envelopes]

    @property
    def event(self) -> dict[str, Any]:
        (event,) = self.events
        return event

    @property
    def stats(self) -> Stats:
        return Stats(offered=len(self.envelopes), pending=len(self.envelopes))

    def submit(self, envelope: rookery.Envelope) -> bool:
        envelope.serialize()  # strict JSON, or an error
        self.envelopes.append(envelope)
        return True

    def flush(self, timeout: float) -> bool:
        self.flushes.append(timeout)
        return not self.is_slow

    def close(self, timeout: float) -> bool:
        self.is_closed = True
        return self.flush(timeout)

    def note_loss(self, reason: str, category: str, quantity: int) -> None:
        self.lost += [(reason, category)] * quantity


Init = Callable[..., Keeping]
