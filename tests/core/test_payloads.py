from __future__ import annotations

from io import BytesIO
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


def test_an_item_is_named_by_arguments_of_its_own_too() -> None:
    item = Item(
        payload=b"x", type="attachment", headers=None, content_type="text/plain", filename="a.txt"
    )
    assert item.headers == {"content_type": "text/plain", "filename": "a.txt"}


def test_envelopes_and_items_are_written_to_files_and_read_from_them() -> None:
    envelope = Envelope({"dsn": "x"}, [Item("attachment", b"a\nb"), Item.from_json("event", {})])
    file = BytesIO()
    envelope.serialize_into(file)
    file.seek(0)
    assert Envelope.deserialize_from(file) == envelope
    lines = BytesIO()
    lines.write(envelope.header_line + b"\n")
    for item in envelope:
        item.serialize_into(lines)
    assert lines.getvalue() == envelope.serialize()
    assert envelope.items[0].serialize() == b'{"type":"attachment","length":3}\na\nb\n'


def test_an_envelope_says_what_is_in_it() -> None:
    value = {"transaction": "/order"}
    envelope = Envelope({}, [Item("session", b"{}"), Item.from_json("transaction", value)])
    assert envelope.description == "envelope with 2 items (session, transaction)"
    assert envelope.get_transaction_event() == value
    assert [item.get_transaction_event() for item in envelope] == [None, value]
    assert Envelope().get_transaction_event() is None


@pytest.mark.parametrize("text", [b'{"a": "caf\xc3\xa9"}', '{"a": "café"}'])
def test_json_is_parsed_from_bytes_or_text(text: bytes | str) -> None:
    assert parse_json(text) == {"a": "café"}
