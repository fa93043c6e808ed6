from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

import rookery
from rookery.attachments import Attachment

if TYPE_CHECKING:
    from pathlib import Path

    from tests.client.keeping import Init, Keeping


def attached(kept: Keeping) -> list[tuple[object, bytes]]:
    (envelope,) = kept.envelopes
    return [
        (item.headers["filename"], item.payload)
        for item in envelope.items
        if item.type == "attachment"
    ]


def test_bytes_a_function_and_a_file_travel_with_the_event(kept: Keeping, tmp_path: Path) -> None:
    file = tmp_path / "order.json"
    file.write_text("{}")
    rookery.add_attachment(b"bytes", "a.bin")
    rookery.add_attachment(lambda: b"called", filename="b.txt")
    rookery.add_attachment(path=str(file))
    rookery.capture_message("m")
    assert attached(kept) == [("a.bin", b"bytes"), ("b.txt", b"called"), ("order.json", b"{}")]
    (envelope,) = kept.envelopes
    assert envelope.event_id == kept.event["event_id"]
    assert [item.headers["content_type"] for item in envelope.items[1:]] == [
        "application/octet-stream",
        "text/plain",
        "application/json",
    ]
    assert {item.headers["attachment_type"] for item in envelope.items[1:]} == {"event.attachment"}
    assert rookery.Envelope.parse(envelope.serialize()) == envelope


def test_a_file_is_read_when_an_event_is_captured(kept: Keeping, tmp_path: Path) -> None:
    file = tmp_path / "log.txt"
    rookery.add_attachment(path=str(file))
    file.write_text("later")
    rookery.capture_message("m")
    assert attached(kept) == [("log.txt", b"later")]


def broken() -> bytes:
    raise OSError


@pytest.mark.parametrize(
    "arguments",
    [
        {"path": "/no/such/file"},
        {"bytes": broken, "filename": "a"},
        {"bytes": lambda: 42, "filename": "a"},
    ],
)
def test_what_cannot_be_read_is_left_out_alone(kept: Keeping, arguments: dict[str, Any]) -> None:
    rookery.add_attachment(**arguments)
    rookery.add_attachment(b"here", "b")
    assert rookery.capture_message("m")
    assert attached(kept) == [("b", b"here")]


@pytest.mark.parametrize("form", ["bytes", "function", "file"])
def test_what_is_too_large_is_left_out_and_counted(init: Init, tmp_path: Path, form: str) -> None:
    kept = init(max_attachment_size=10)
    file = tmp_path / "large"
    file.write_bytes(b"x" * 11)
    forms: dict[str, dict[str, Any]] = {
        "bytes": {"bytes": b"x" * 11, "filename": "large"},
        "function": {"bytes": lambda: b"x" * 11, "filename": "large"},
        "file": {"path": str(file)},
    }
    rookery.add_attachment(**forms[form])
    rookery.add_attachment(b"x" * 10, "just right")
    rookery.capture_message("m")
    assert attached(kept) == [("just right", b"x" * 10)]
    assert set(kept.lost) == {("invalid", "attachment")}
    assert len(kept.lost) == 11


def test_hooks_may_edit_what_is_attached(init: Init) -> None:
    def replace(event: Any, hint: Any) -> Any:
        assert [each.filename for each in hint["attachments"]] == ["hint", "scope", "processor"]
        hint["attachments"].pop(0)
        return event

    def add(event: Any, hint: Any) -> Any:
        hint["attachments"].append(Attachment(b"p", "processor"))
        return event

    kept = init(before_send=replace)
    rookery.add_attachment(b"s", "scope")
    rookery.get_isolation_scope().add_event_processor(add)
    rookery.capture_event({"message": "m"}, {"attachments": [Attachment(b"h", "hint")]})
    assert attached(kept) == [("scope", b"s"), ("processor", b"p")]


def test_a_dropped_event_takes_its_attachments_along(init: Init) -> None:
    asked: list[int] = []

    def ask() -> bytes:
        asked.append(1)
        return b""

    kept = init(before_send=lambda _event, _hint: None)
    rookery.add_attachment(ask, "a")
    rookery.capture_message("m")
    assert kept.envelopes == []
    assert asked == []


@pytest.mark.parametrize("arguments", [{}, {"filename": "a"}, {"bytes": b""}])
def test_an_attachment_without_bytes_or_name_says_what_to_give(arguments: dict[str, Any]) -> None:
    with pytest.raises(TypeError, match="attachment: give"):
        Attachment(**arguments)


def test_only_the_base_name_travels() -> None:
    assert Attachment(path="/var/log/app.log").filename == "app.log"
    assert Attachment(b"", "../../etc/passwd").filename == "passwd"


def test_feedback_is_sent_with_what_is_known_of_it(kept: Keeping) -> None:
    event_id = rookery.capture_message("it broke")
    rookery.set_user({"id": 1})
    sent = rookery.capture_feedback(
        "The till does not open.",
        name="Ada",
        email="ada@example.com",
        associated_event_id=event_id,
        url="http://shop.example.com/till",
        hint={"attachments": [Attachment(b"png", "screen.png")]},
        tags={"till": 3},
    )
    _, envelope = kept.envelopes
    feedback, screen = envelope.items
    told: Any = feedback.json
    assert envelope.event_id == sent == told["event_id"]
    assert feedback.type == "feedback"
    assert told["contexts"]["feedback"] == {
        "message": "The till does not open.",
        "name": "Ada",
        "contact_email": "ada@example.com",
        "associated_event_id": event_id,
        "url": "http://shop.example.com/till",
    }
    assert told["level"] == "info"
    assert told["user"] == {"id": "1"}
    assert told["tags"] == {"till": "3"}
    assert screen.headers["content_type"] == "image/png"
    assert rookery.last_event_id() == event_id


def test_feedback_is_neither_sampled_nor_asked_about(init: Init) -> None:
    kept = init(sample_rate=0.0, before_send=lambda _event, _hint: None)
    assert rookery.capture_feedback("words")
    assert len(kept.envelopes) == 1


def test_feedback_that_a_processor_drops_is_counted_as_feedback(kept: Keeping) -> None:
    rookery.get_isolation_scope().add_event_processor(lambda _event, _hint: None)
    assert rookery.capture_feedback("words") is None
    assert kept.lost == [("event_processor", "feedback")]


def test_without_a_client_feedback_goes_nowhere() -> None:
    assert rookery.capture_feedback("words") is None


def test_long_feedback_is_cut(kept: Keeping) -> None:
    rookery.capture_feedback("x" * 5000)
    told: Any = kept.envelopes[0].items[0].json
    assert len(told["contexts"]["feedback"]["message"]) == 4096
