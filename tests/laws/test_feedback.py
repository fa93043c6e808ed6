"""Nothing that a transport does is captured."""

from __future__ import annotations

import pytest

from tests.laws.running import run, server


@pytest.mark.parametrize("behaviour", ["normal", "refusing", "resetting", "stalled"])
@pytest.mark.parametrize("transport", ["threaded", "sync"])
def test_a_program_that_reports_every_record_reports_none_of_ours(
    transport: str, behaviour: str
) -> None:
    with server(behaviour) as there:
        ended = run("noisy", there.dsn, transport, 3)

    assert ended.said == "3", ended.complained
