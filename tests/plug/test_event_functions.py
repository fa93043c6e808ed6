"""A function of the program's in the place of a transport, as sentry-sdk has it."""

from __future__ import annotations

from collections import deque
from typing import Any

import pytest

import rookery
from rookery.errors import BrokenPlugin, UnknownOption, UnsupportedSetting
from rookery.transport.contract import Transport

pytestmark = pytest.mark.usefixtures("a_client_of_its_own")
DSN = "https://key@errors.example.com/7"


class Colony:
    def __init__(self) -> None:
        self.events: list[Any] = []

    def take(self, event: Any) -> None:
        self.events.append(event)


def told(events: Any) -> list[str]:
    return [event["logentry"]["formatted"] for event in events]


@pytest.mark.parametrize("dsn", [DSN, None])
def test_a_function_is_given_each_event_with_a_dsn_and_without(dsn: str | None) -> None:
    colony, lone, in_front = Colony(), list[Any](), deque[Any]()
    for function in (
        colony.take,
        lone.append,
        in_front.appendleft,
        lambda event: colony.events.extend([event]),
    ):
        rookery.init(dsn, transport=function)
        assert rookery.is_initialized()
        assert rookery.capture_message("hello")
        assert rookery.flush()
    assert told(colony.events) == ["hello", "hello"]
    assert told(lone) == told(in_front) == ["hello"]


def test_it_is_told_of_nothing_but_events() -> None:
    events: list[Any] = []
    rookery.init(DSN, transport=events.append)
    rookery.capture_feedback("It jams.")
    assert events == []


def test_what_it_raises_is_a_loss_and_goes_no_further() -> None:
    def broken(event: Any) -> None:
        raise OSError(event["event_id"])

    rookery.init(DSN, transport=broken)
    rookery.capture_message("lost")
    transport = rookery.get_client().transport
    assert isinstance(transport, Transport)
    assert sum(transport.stats.dropped.values()) == 1


def test_a_function_that_may_be_either_is_refused_with_what_to_write() -> None:
    with pytest.raises(BrokenPlugin, match=r"calls its parameter 'event'"):
        rookery.init(DSN, transport=lambda _: None)


def test_an_object_that_takes_envelopes_needs_no_dsn() -> None:
    class Pigeon:
        def __init__(self) -> None:
            self.taken: list[Any] = []

        def capture_envelope(self, envelope: Any) -> None:
            self.taken.append(envelope)

        def flush(self, timeout: float) -> None:
            pass

        def kill(self) -> None:
            pass

    pigeon = Pigeon()
    rookery.init(transport=pigeon)
    rookery.capture_message("hello")
    assert told([envelope.event for envelope in pigeon.taken]) == ["hello"]


def test_names_and_settings_are_judged_without_a_dsn_too() -> None:
    with pytest.raises(UnknownOption, match="maxsise"):
        rookery.init(transport=[].append, maxsise=1)
    with pytest.raises(UnsupportedSetting, match="http_proxy"):
        rookery.init(transport=[].append, http_proxy="http://proxy:3128")
