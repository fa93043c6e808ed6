from __future__ import annotations

import logging
import queue

import pytest

import rookery
from rookery.envelope import Envelope
from rookery.errors import ConfigurationError, UnsupportedSetting
from rookery.testing.conformance import CHECKS, Check, perform
from rookery_cuckoo import CuckooTransport
from rookery_cuckoo_backend import CUCKOO

DSN = "http://key@host/1"


def stats() -> dict[tuple[str, str], int]:
    transport = rookery.get_client().transport
    assert transport is not None
    return dict(transport.stats.dropped)


@pytest.mark.parametrize("check", CHECKS, ids=str)
def test_conformance(check: Check) -> None:
    result = perform(check, CUCKOO)
    if result.outcome == "skipped":
        pytest.skip(result.reason)
    if result.error is not None:
        raise result.error


def test_an_egg_is_the_envelope() -> None:
    nest: queue.Queue[bytes] = queue.Queue()
    with rookery.init(DSN, transport=CuckooTransport, nest=nest.put_nowait):
        event_id = rookery.capture_message("cuckoo")

    assert Envelope.parse(nest.get_nowait()).event_id == event_id


def test_a_nest_that_is_full_is_a_loss_that_is_announced() -> None:
    nest: queue.Queue[bytes] = queue.Queue(maxsize=1)
    heard: list[str] = []
    with rookery.init(
        DSN,
        transport=CuckooTransport,
        nest=nest.put_nowait,
        on_drop=lambda _, reason: heard.append(reason),
    ):
        rookery.capture_message("first")
        rookery.capture_message("second")
        assert stats() == {("queue_overflow", "error"): 1}

    assert heard == ["queue_overflow"]


def test_what_a_nest_logs_is_not_captured() -> None:
    eggs: list[bytes] = []

    def nest(egg: bytes) -> None:
        logging.getLogger("nest").error("an egg of %d bytes", len(egg))
        eggs.append(egg)

    with rookery.init(DSN, transport=CuckooTransport, nest=nest, default_integrations=True):
        rookery.capture_message("hello")

    assert len(eggs) == 1


def test_without_a_nest_there_is_no_transport() -> None:
    with pytest.raises(ConfigurationError, match="nest"):
        rookery.init(DSN, transport=CuckooTransport)


def test_a_setting_without_an_effect_is_refused() -> None:
    with pytest.raises(UnsupportedSetting, match="retries"):
        rookery.init(DSN, transport=CuckooTransport, nest=print, retries=2)
