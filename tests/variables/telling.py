"""How a value is told, in a frame and in ``extra``, and what the event says of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import rookery
from rookery.event.plain import plain
from rookery.event.variables import describe_variables

if TYPE_CHECKING:
    from tests.client.keeping import Keeping


def shown(value: object) -> Any:
    """As a variable of a frame."""
    return describe_variables([("it", value)])["it"]


def attached(value: object) -> Any:
    """As something that the program attached."""
    return plain(value)


def variables(kept: Keeping) -> Any:
    """Of the innermost frame of the one event."""
    return kept.event["exception"]["values"][-1]["stacktrace"]["frames"][-1]["vars"]


def notes_on_variables(kept: Keeping) -> Any:
    """What ``_meta`` says of them."""
    at = str(len(kept.event["exception"]["values"]) - 1)
    frames = kept.event["_meta"]["exception"]["values"][at]["stacktrace"]["frames"]
    return frames[max(frames)]["vars"]


def capture(function: Any, *args: object) -> None:
    """Capture what the function raises."""
    try:
        function(*args)
    except Exception:  # noqa: BLE001  # whatever it is
        rookery.capture_exception()
