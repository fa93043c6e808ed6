"""``memory`` and ``console`` take what a server would take, and keep or print it."""

from __future__ import annotations

import io
import json
from contextlib import redirect_stderr, redirect_stdout
from typing import TYPE_CHECKING, Any

import pytest

from rookery.dsn import Dsn
from rookery.envelope import Envelope, Item
from rookery.errors import UnsupportedSetting
from rookery.transport import build_transport
from rookery_transports.memory import MemoryTransport

if TYPE_CHECKING:
    from rookery.transport.contract import Transport

DSN = Dsn.parse("https://key@errors.example.com/7")


def build(name: str, **arguments: Any) -> Transport:
    """The transport of this name."""
    return build_transport(DSN, name, arguments=arguments)


def error(message: str = "oops") -> Envelope:
    """An envelope with one event and an attachment."""
    event = Item.from_json("event", {"message": message})
    return Envelope({"event_id": "0" * 32}, [event, Item("attachment", b"\xff\x00")])


def test_memory_keeps_envelopes_as_they_would_have_arrived() -> None:
    memory = build("memory")
    assert isinstance(memory, MemoryTransport)

    memory.submit(error("first"))
    memory.submit(error("second"))

    assert [event["message"] for event in memory.events] == ["first", "second"]
    assert "sent_at" in memory.envelopes[0].headers
    assert memory.stats.delivered == 4


def test_memory_forgets_when_told_to() -> None:
    memory = build("memory")
    assert isinstance(memory, MemoryTransport)
    memory.submit(error())
    memory.clear()

    assert memory.events == []


def test_memory_refuses_after_close_and_counts_it() -> None:
    memory = build("memory")

    assert memory.close(1.0)
    assert not memory.submit(error())
    assert memory.stats.dropped == {("closed", "error"): 1, ("closed", "attachment"): 1}


@pytest.mark.parametrize(
    ("arguments", "stream"), [({}, "stderr"), ({"stream": "stdout"}, "stdout")]
)
def test_console_prints_each_item_for_a_person(arguments: dict[str, str], stream: str) -> None:
    printed = {"stderr": io.StringIO(), "stdout": io.StringIO()}
    console = build("console", **arguments)

    with redirect_stderr(printed["stderr"]), redirect_stdout(printed["stdout"]):
        console.submit(error("with a snowman \N{SNOWMAN}"))

    text = printed.pop(stream).getvalue()
    assert text.startswith("envelope {")
    assert '"message": "with a snowman \N{SNOWMAN}"' in text
    assert "(2 bytes)" in text
    assert json.loads(text.splitlines()[0].removeprefix("envelope "))["event_id"] == "0" * 32
    assert [other.getvalue() for other in printed.values()] == [""]


@pytest.mark.parametrize(("encoding", "printed"), [("ascii", r"\u2603"), ("utf-8", "\N{SNOWMAN}")])
def test_console_prints_what_its_stream_cannot_write_as_json_can(
    encoding: str, printed: str
) -> None:
    stream = io.TextIOWrapper(io.BytesIO(), encoding=encoding)
    console = build("console")

    with redirect_stderr(stream):
        console.submit(error("a snowman \N{SNOWMAN}"))

    assert console.stats.dropped == {}
    stream.seek(0)
    assert f'"message": "a snowman {printed}"' in stream.read()


def test_a_console_that_is_gone_is_a_counted_loss_and_no_error() -> None:
    closed = io.StringIO()
    closed.close()
    console = build("console")

    with redirect_stderr(closed):
        console.submit(error())

    assert sum(console.stats.dropped.values()) == 2


@pytest.mark.parametrize("name", ["memory", "console"])
@pytest.mark.parametrize("setting", ["timeout", "http_proxy", "verify_ssl", "compression"])
def test_what_means_nothing_without_a_connection_is_refused(name: str, setting: str) -> None:
    given = {"timeout": 2, "http_proxy": "http://p:1", "verify_ssl": False, "compression": "gzip"}

    with pytest.raises(UnsupportedSetting, match=rf"(?s){name}.*{setting}|{setting}.*{name}"):
        build(name, **{setting: given[setting]})
