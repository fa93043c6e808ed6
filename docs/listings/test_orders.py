from __future__ import annotations

from typing import TYPE_CHECKING

import rookery

if TYPE_CHECKING:
    from rookery.testing.captured import CapturedEvents


def place_order(items: list[str]) -> None:
    try:
        items[0]
    except IndexError:
        rookery.capture_exception()


def test_an_empty_order_is_reported(rookery_events: CapturedEvents) -> None:
    place_order([])

    [event] = rookery_events
    assert event["exception"]["values"][-1]["type"] == "IndexError"


def test_an_order_is_no_error(rookery_events: CapturedEvents) -> None:
    place_order(["tea"])

    assert rookery_events == []
