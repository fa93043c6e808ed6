"""Envelopes and outcomes that the tests of the decisions share."""

from __future__ import annotations

from rookery.delivery.actions import Answered, Failed, Failure
from rookery.envelope import Envelope, Item

OK = Answered(200, {})
REFUSED = Failed(Failure.CONNECT, "connection refused")
RESET = Failed(Failure.READ, "connection reset")
UNTRUSTED = Failed(Failure.OTHER, "certificate verify failed")
BROKEN = Failed(Failure.BROKEN, "TypeError: oops")


def error(number: int = 0, size: int = 0) -> Envelope:
    """An envelope with one error event, its message ``size`` characters long."""
    event = {"event_id": f"{number:032x}", "message": "x" * size}
    return Envelope({"event_id": f"{number:032x}"}, [Item.from_json("event", event)])


def attachment(size: int = 8) -> Item:
    """An attachment of ``size`` bytes."""
    return Item("attachment", b"a" * size, {"filename": "a.bin"})


def limited(text: str, status: int = 200) -> Answered:
    """An answer with this ``X-Sentry-Rate-Limits`` header."""
    return Answered(status, {"X-Sentry-Rate-Limits": text})
