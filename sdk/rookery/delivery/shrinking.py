"""What goes in the place of an envelope that the server found too large."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from rookery.envelope import Envelope, Item


def smaller(envelope: Envelope, shrink: Callable[[Envelope], Envelope | None]) -> Envelope | None:
    """The smaller envelope; None if there is none, or if it is none of the kind."""
    try:
        less = shrink(envelope)
        is_less = less is not None and bool(less.items) and less.size < envelope.size
    except Exception:  # noqa: BLE001 - whatever an item's own function raises
        return None
    return less if is_less else None


def left_behind(envelope: Envelope, less: Envelope) -> list[Item]:
    """The items that the smaller envelope has not: of each type those that were last."""
    kept = [item.type for item in less.items]
    lost = []
    for item in envelope.items:
        if item.type in kept:
            kept.remove(item.type)
        else:
            lost.append(item)
    return lost
