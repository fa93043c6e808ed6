"""Subclasses of ``Transport`` as programs for sentry-sdk have them: with ``capture_envelope``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

import rookery
from rookery.errors import BrokenPlugin
from rookery.transport import Transport

if TYPE_CHECKING:
    from rookery.envelope import Envelope

pytestmark = pytest.mark.usefixtures("a_client_of_its_own")
DSN = "https://key@errors.example.com/7"


class Taking(Transport):
    taken: list[Envelope]

    def __init__(self) -> None:
        Transport.__init__(self)
        self.taken = []

    def capture_envelope(self, envelope: Envelope) -> None:
        self.taken.append(envelope)


class Lending(Transport):
    calls: list[Any] = []  # noqa: RUF012  # its instances are made by init

    def capture_envelope(self, envelope: Envelope) -> None:
        self.calls += [self.options["dsn"], envelope.get_event()]

    def flush(self, timeout: float, callback: object = None) -> Any:
        self.calls.append("flush")

    def kill(self) -> None:
        self.calls.append("kill")


def make(kind: Any) -> Any:
    """An object, of a class whose methods the type checker does not see."""
    return kind()


@pytest.mark.parametrize("dsn", [DSN, None])
def test_an_object_takes_envelopes_with_a_dsn_and_without(dsn: str | None) -> None:
    taking = make(Taking)
    rookery.init(dsn, transport=taking)
    rookery.capture_message("hello")
    assert rookery.flush()
    assert [envelope.get_event()["logentry"]["formatted"] for envelope in taking.taken] == ["hello"]


@pytest.mark.parametrize("choice", [Lending, f"{__name__}:Lending"])
def test_a_class_is_made_with_the_options_of_sentry_sdk(choice: Any) -> None:
    Lending.calls.clear()
    rookery.init(DSN, transport=choice)
    rookery.capture_message("hello")
    rookery.get_client().close()
    assert Lending.calls[0] == DSN
    assert Lending.calls[1]["logentry"]["formatted"] == "hello"
    assert Lending.calls[2:] == ["flush", "kill"]


def test_of_old_it_takes_events() -> None:
    class Aged(Transport):
        def __init__(self) -> None:
            self.taken: list[Any] = []

        def capture_event(self, event: Any) -> None:
            self.taken.append(event)

    aged = make(Aged)
    rookery.init(DSN, transport=aged)
    rookery.capture_feedback("It jams.")
    rookery.capture_message("hello")
    assert [event["logentry"]["formatted"] for event in aged.taken] == ["hello"]


def test_its_books_are_kept_for_it() -> None:
    rookery.init(DSN, transport=make(Taking))
    rookery.capture_message("hello")
    transport = rookery.get_client().transport
    assert isinstance(transport, Transport)
    assert (transport.stats.offered, transport.stats.delivered) == (1, 1)
    assert transport.is_healthy()


def test_used_by_hand_it_has_the_verbs_of_both() -> None:
    taking = make(Taking)
    envelope = rookery.Envelope({}, [])
    assert taking.submit(envelope)
    taking.capture_envelope(envelope)
    taking.record_lost_event("queue_overflow", data_category="error")
    assert taking.flush(1.0) is taking.close(1.0) is taking.is_healthy() is True
    assert taking.kill() is None
    assert taking.taken == [envelope, envelope]


def test_one_that_takes_nothing_says_what_it_lacks() -> None:
    class Idle(Transport):
        def kill(self) -> None:
            """There is nothing to kill."""

    with pytest.raises(BrokenPlugin, match=r"Idle.*submit"):
        rookery.init(DSN, transport=Idle)
