from __future__ import annotations

import pytest

from rookery.envelope import Item


@pytest.mark.parametrize(
    ("type_", "category"),
    [
        ("event", "error"),
        ("transaction", "transaction"),
        ("feedback", "feedback"),
        ("user_report", "feedback"),
        ("attachment", "attachment"),
        ("session", "session"),
        ("sessions", "session"),
        ("check_in", "monitor"),
        ("client_report", "internal"),
        ("log", "log_item"),
        ("trace_metric", "trace_metric"),
        ("span", "span"),
        ("profile", "profile"),
        ("profile_chunk", "profile_chunk"),
        ("replay_event", "replay"),
        ("replay_recording", "replay"),
        ("replay_video", "replay"),
        ("statsd", "metric_bucket"),
        ("metric_buckets", "metric_bucket"),
        ("egg", "default"),
        ("", "default"),
    ],
)
def test_each_type_has_the_category_of_the_protocol(type_: str, category: str) -> None:
    item = Item(type_, b"12345")

    assert item.category == category
    assert item.quantities[0] == (category, item.quantity)


@pytest.mark.parametrize(
    ("item", "quantities"),
    [
        (Item("event", b"12345"), [("error", 1)]),
        (Item("attachment", b"12345"), [("attachment", 5)]),
        (Item("attachment"), [("attachment", 1)]),
        (Item.from_json("attachment", object()), [("attachment", 1)]),
        (Item("log", b"12345", {"item_count": 3}), [("log_item", 3), ("log_byte", 5)]),
        (Item("log", b"12345", {"item_count": "3"}), [("log_item", 1), ("log_byte", 5)]),
        (Item("log", b"12345", {"item_count": -3}), [("log_item", 1), ("log_byte", 5)]),
        (
            Item("trace_metric", b"12345", {"item_count": 3}),
            [("trace_metric", 3), ("trace_metric_byte", 5)],
        ),
        (Item("span", b"12345", {"item_count": 3}), [("span", 3)]),
        (Item.from_json("transaction", {"spans": [{}, {}]}), [("transaction", 1), ("span", 3)]),
        (Item("transaction", b'{"spans":[{}]}'), [("transaction", 1), ("span", 2)]),
        (Item("transaction", b"broken"), [("transaction", 1), ("span", 1)]),
        (Item("transaction", b"[]"), [("transaction", 1), ("span", 1)]),
        (Item("egg", b"12345"), [("default", 1)]),
    ],
)
def test_a_loss_is_counted_in_the_units_of_its_categories(
    item: Item, quantities: list[tuple[str, int]]
) -> None:
    assert list(item.quantities) == quantities
