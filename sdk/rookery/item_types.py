"""What each type of item counts as when it is limited or lost, and how much of it there is.

Source: protocol, "Item types".
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from rookery.envelope import Item


def _one(item: Item) -> int:  # noqa: ARG001
    return 1


def _entries(item: Item) -> int:
    count = item.headers.get("item_count")
    return count if isinstance(count, int) and count > 0 else 1


def _bytes(item: Item) -> int:
    try:
        return max(1, len(item.payload))
    except (TypeError, ValueError, RecursionError):
        return 1  # it is being counted as lost because it is not JSON


def _spans(item: Item) -> int:
    try:
        transaction = item.json
    except ValueError:
        return 1
    spans = transaction.get("spans") if isinstance(transaction, dict) else None
    return 1 + (len(spans) if isinstance(spans, list) else 0)


UNKNOWN: Final = (("default", _one),)
"""What an item of any other type counts as."""
ITEM_TYPES: Final[Mapping[str, tuple[tuple[str, Callable[[Item], int]], ...]]] = MappingProxyType(
    {
        "event": (("error", _one),),
        "transaction": (("transaction", _one), ("span", _spans)),
        "feedback": (("feedback", _one),),
        "user_report": (("feedback", _one),),
        "attachment": (("attachment", _bytes),),
        "session": (("session", _one),),
        "sessions": (("session", _one),),
        "check_in": (("monitor", _one),),
        "client_report": (("internal", _one),),
        "log": (("log_item", _entries), ("log_byte", _bytes)),
        "trace_metric": (("trace_metric", _entries), ("trace_metric_byte", _bytes)),
        "span": (("span", _entries),),
        "profile": (("profile", _one),),
        "profile_chunk": (("profile_chunk", _one),),
        "replay_event": (("replay", _one),),
        "replay_recording": (("replay", _one),),
        "replay_video": (("replay", _one),),
        "statsd": (("metric_bucket", _one),),
        "metric_buckets": (("metric_bucket", _one),),
    }
)
"""Item type to (category, its unit) pairs; rate limits look at the first."""
