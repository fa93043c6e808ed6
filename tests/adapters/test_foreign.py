"""An object with the interface of sentry-sdk's transports is a transport for ``rookery.init``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

import rookery
from rookery.dsn import Dsn
from rookery.envelope import Envelope, Item
from rookery.errors import BadOption, UnsupportedSetting
from rookery.testing import ScriptedServer
from rookery.transport import build_transport

if TYPE_CHECKING:
    from collections.abc import Iterator

DSN = "sync+https://key:hush@errors.example.com/7?maxsize=9"


class Pigeon:
    """Takes envelopes, and notes what it is told."""

    def __init__(self, options: Any = None) -> None:
        self.options = options
        self.envelopes: list[Envelope] = []
        self.calls: list[Any] = []

    def capture_envelope(self, envelope: Envelope) -> None:
        self.envelopes.append(envelope)

    def flush(self, timeout: float, callback: Any = None) -> None:
        self.calls.append(("flush", timeout > 0))

    def kill(self) -> None:
        self.calls.append("kill")

    def record_lost_event(
        self, reason: str, data_category: str | None = None, item: Any = None
    ) -> None:
        self.calls.append((reason, data_category))


class Lame(Pigeon):
    """Cannot take anything."""

    def capture_envelope(self, envelope: Envelope) -> None:
        raise OSError("no")


def error(number: int = 1) -> Envelope:
    return Envelope(
        {"event_id": f"{number:032x}"}, [Item.from_json("event", {"n": number}), Item("a", b"\xff")]
    )


def build(choice: Any, dsn: str = "https://key@errors.example.com/7", **arguments: Any) -> Any:
    return build_transport(Dsn.parse(dsn), choice, arguments=arguments)


def test_an_object_is_handed_every_envelope() -> None:
    pigeon = Pigeon()
    with rookery.init("https://key@errors.example.com/7", transport=pigeon):
        rookery.capture_message("hello")
        assert rookery.flush(5.0)
        transport = rookery.get_client().transport
        assert transport is not None
        assert transport.stats.delivered == 1

    (envelope,) = pigeon.envelopes
    assert envelope.get_event() is not None
    assert pigeon.calls == [("flush", True), "kill"]


def test_a_class_is_made_with_options_like_those_of_sentry_sdk() -> None:
    transport = build(Pigeon, DSN, https_proxy="http://proxy:1", shutdown_timeout=3)

    options = transport.carrier.options
    assert options["dsn"] == "https://key:hush@errors.example.com/7"
    assert options["https_proxy"] == "http://proxy:1"
    assert options["http_proxy"] is None
    assert (options["transport_queue_size"], options["shutdown_timeout"]) == (9, 3.0)


def test_what_it_raises_is_a_counted_loss() -> None:
    lost: list[str] = []
    transport = build(Lame(), on_drop=lambda _, reason: lost.append(reason))
    transport.submit(error())

    assert transport.stats.dropped == {
        ("internal_sdk_error", "error"): 1,
        ("internal_sdk_error", "default"): 1,
    }
    assert lost == ["internal_sdk_error"]


def test_after_a_close_everything_is_refused_and_counted() -> None:
    pigeon = Pigeon()
    transport = build(pigeon)
    transport.submit(error(1))

    assert transport.close(5.0)
    assert not transport.submit(error(2))
    assert len(pigeon.envelopes) == 1
    stats = transport.stats
    assert stats.offered == stats.delivered + sum(stats.dropped.values()) == 4


def test_a_flush_is_done_if_the_other_is_back_in_time() -> None:
    pigeon = Pigeon()
    transport = build(pigeon)

    assert transport.flush(0.0)
    assert pigeon.calls == []
    transport.submit(error())
    assert not transport.flush(0.0)
    assert transport.flush(5.0)
    assert transport.flush(0.0)


def test_losses_before_it_are_told_with_each_of_them() -> None:
    pigeon = Pigeon()
    build(pigeon).record_lost_event("before_send", "error", 2)

    assert pigeon.calls == [("before_send", "error")] * 2


def test_what_it_captures_itself_is_not_captured() -> None:
    class Loud(Pigeon):
        def capture_envelope(self, envelope: Envelope) -> None:
            super().capture_envelope(envelope)
            rookery.capture_message("about itself")

    pigeon = Loud()
    with rookery.init("https://key@errors.example.com/7", transport=pigeon):
        rookery.capture_message("hello")

    assert len(pigeon.envelopes) == 1


@pytest.mark.parametrize("setting", ["timeout", "https_proxy", "compression"])
def test_a_finished_object_takes_no_settings_of_connections(setting: str) -> None:
    given: dict[str, Any] = {
        "timeout": 3,
        "https_proxy": "http://proxy:1",
        "compression": "gzip",
    }

    with pytest.raises(UnsupportedSetting, match=f"Pigeon.*{setting}"):
        build(Pigeon(), **{setting: given[setting]})


def test_a_class_refuses_what_it_could_not_be_told() -> None:
    with pytest.raises(UnsupportedSetting, match=r"Pigeon.*timeout"):
        build(Pigeon, timeout=3)


def test_half_an_interface_is_none() -> None:
    class Half:
        def capture_envelope(self, envelope: Envelope) -> None:
            """Takes it."""

    with pytest.raises(BadOption, match="capture_envelope, flush and kill"):
        build(Half())


class TestOfSentrySdk:
    """With transports of the real one."""

    @pytest.fixture(autouse=True)
    def _installed(self) -> None:
        pytest.importorskip("sentry_sdk", reason="sentry-sdk is not installed")

    @pytest.fixture
    def server(self) -> Iterator[ScriptedServer]:
        with ScriptedServer() as scripted:
            yield scripted

    def test_its_own_transport_delivers_what_we_capture(self, server: ScriptedServer) -> None:
        from sentry_sdk.transport import HttpTransport

        with rookery.init(server.dsn, transport=HttpTransport):
            rookery.capture_message("hello")
            assert rookery.flush(10.0)
            server.wait_for(1)

        assert server.requests[0].headers["User-Agent"].startswith("sentry.python")
        assert server.events[0]["logentry"]["formatted"] == "hello"

    def test_it_is_handed_envelopes_of_sentry_sdks(self) -> None:
        import sentry_sdk.envelope
        import sentry_sdk.transport

        class Keeping(sentry_sdk.transport.Transport):
            def __init__(self) -> None:
                super().__init__()
                self.kept: list[Any] = []

            def capture_envelope(self, envelope: Any) -> None:
                self.kept.append(envelope)

        keeping = Keeping()
        build(keeping).submit(error(5))

        (envelope,) = keeping.kept
        assert type(envelope) is sentry_sdk.envelope.Envelope
        assert envelope.get_event() == {"n": 5}
        assert envelope.items[1].get_bytes() == b"\xff"
