"""What makes an event is loaded amid the first capture. Nothing that comes between is lost."""

from __future__ import annotations

import os

import pytest

from tests.laws.running import run


def test_what_a_signal_handler_captures_amid_the_load_is_sent_in_its_own_scope() -> None:
    ended = run("preparing", "signal")

    assert ended.said.splitlines() == [
        "parent: of the handler, handler",
        "parent: of the program, None",
    ]
    assert ended.complained == ""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs os.fork")
def test_a_fork_waits_for_the_load_so_that_the_child_can_capture() -> None:
    ended = run("preparing", "fork")

    assert sorted(ended.said.splitlines()) == [
        "child: of the child, None",
        "parent: of the program, None",
    ]
    assert ended.complained == ""
