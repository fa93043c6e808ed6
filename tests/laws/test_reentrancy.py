"""Capture and flush may be called from where nothing may be waited for."""

from __future__ import annotations

import os

import pytest

from rookery.testing.server import ScriptedServer
from tests.laws.running import run

ROUNDS = int(os.environ.get("ROOKERY_TEST_ROUNDS", "1000"))


@pytest.mark.parametrize("by", ["signal", "finalizer", "gc"])
@pytest.mark.parametrize("transport", ["threaded", "sync"])
def test_interruptions_never_hang_and_the_books_balance(transport: str, by: str) -> None:
    with ScriptedServer() as server:
        ended = run("interrupted", server.dsn, transport, by, ROUNDS)

    assert ended.code == 0, ended.complained
