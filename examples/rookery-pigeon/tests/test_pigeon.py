from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

import rookery
from rookery.envelope import Envelope
from rookery.testing.conformance import CHECKS, Check, perform
from rookery_pigeon import PigeonTransport
from rookery_pigeon_backend import PIGEON

if TYPE_CHECKING:
    from pathlib import Path


def letters(folder: Path) -> list[Envelope]:
    return [Envelope.parse(file.read_bytes()) for file in sorted(folder.glob("*.envelope"))]


@pytest.mark.parametrize("check", CHECKS, ids=str)
def test_conformance(check: Check) -> None:
    result = perform(check, PIGEON)
    if result.outcome == "skipped":
        pytest.skip(result.reason)
    if result.error is not None:
        raise result.error


def test_a_letter_is_the_envelope(tmp_path: Path) -> None:
    with rookery.init("http://key@host/1", transport=PigeonTransport, folder=tmp_path):
        event_id = rookery.capture_message("coo")

    assert [letter.event_id for letter in letters(tmp_path)] == [event_id]


def test_a_folder_that_cannot_be_is_a_network_error(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    below_a_file = tmp_path / "file" / "loft"
    with rookery.init(
        "http://key@host/1", transport=PigeonTransport, folder=below_a_file, retries=0
    ):
        rookery.capture_message("lost")
        assert rookery.flush(10)
        transport = rookery.get_client().transport

    assert transport is not None
    assert transport.stats.dropped == {("network_error", "error"): 1}
