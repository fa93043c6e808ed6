"""What a person says about an event, or about the program (protocol: feedback)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rookery.event.text import cut, safe_str

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rookery.types import Event

MAX_MESSAGE = 4096


def feedback_event(message: object, facts: Mapping[str, object]) -> Event:
    """The event of a feedback; ``facts`` are the other keys of its context, None for unknown."""
    told: dict[str, Any] = {"message": cut(safe_str(message), MAX_MESSAGE)}
    told.update((name, safe_str(value)) for name, value in facts.items() if value is not None)
    return {"level": "info", "contexts": {"feedback": told}}
