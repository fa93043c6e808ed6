from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from rookery.envelope import Envelope, Item, PayloadRef, parse_json

if TYPE_CHECKING:
    from pathlib import Path


def test_a_payload_is_bytes_a_file_or_a_value(tmp_path: Path) -> None:
    file = tmp_path / "a.txt"
    file.write_text("file")
    found = [
        (ref.get_bytes(), ref.inferred_content_type)
        for ref in (
            PayloadRef(bytes=b"bytes"),
            PayloadRef(path=str(file)),
            PayloadRef(json={"a": [1]}),
            PayloadRef(),
        )
    ]
    assert found == [
        (b"bytes", "application/octet-stream"),
        (b"file", "text/plain"),
        (b'{"a":[1]}', "application/json"),
        (b"", "application/octet-stream"),
    ]


def test_an_item_is_made_of_any_payload() -> None:
    for payload in (b'{"a":1}', '{"a":1}', PayloadRef(json={"a": 1})):
        item = Item(type="event", payload=payload)
        assert item.get_bytes() == b'{"a":1}'
        assert item.get_event() == {"a": 1}
        assert item.data_category == "error"
    assert Item("session", b"{}").get_event() is None


def test_an_envelope_is_read_by_the_names_of_sentry_sdk() -> None:
    envelope = Envelope({}, [Item("attachment", b"x"), Item.from_json("event", {"a": 1})])
    assert [item.type for item in envelope] == ["attachment", "event"]
    assert envelope.get_event() == {"a": 1}
    assert Envelope.deserialize(envelope.serialize()) == envelope


@pytest.mark.parametrize("text", [b'{"a": "caf\xc3\xa9"}', '{"a": "café"}'])
def test_json_is_parsed_from_bytes_or_text(text: bytes | str) -> None:
    assert parse_json(text) == {"a": "café"}
