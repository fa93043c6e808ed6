from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

import rookery
from tests.event.telling import capture_what, entries, frames

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

    from tests.client.keeping import Init, Keeping


def test_the_line_that_python_could_not_read_is_the_last_frame(
    kept: Keeping, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "unfinished.py"
    path.write_text("first = 1\nsecond = 2 +* 3\nthird = 3\n", encoding="utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))
    capture_what(importlib.import_module, "unfinished")
    last = frames(kept)[-1]
    assert (last["filename"], last["lineno"], last["colno"]) == (str(path), 2, 13)
    assert last["context_line"] == "second = 2 +* 3"
    assert (last["pre_context"], last["post_context"]) == (["first = 1"], ["third = 3"])
    assert "function" not in last
    assert frames(kept)[-2]["function"] == "_call_with_frames_removed"


def test_the_line_of_code_without_a_file_is_the_one_in_the_error(kept: Keeping) -> None:
    capture_what(compile, "x = (\n", "<template>", "exec")
    last = frames(kept)[-1]
    assert (last["filename"], last["lineno"]) == ("<template>", 1)
    assert last["context_line"] == "x = ("


def test_source_that_is_not_wanted_is_not_told_of_a_syntax_error_either(init: Init) -> None:
    kept = init(include_source_context=False)
    capture_what(compile, "x = (\n", "<template>", "exec")
    assert "context_line" not in frames(kept)[-1]


def test_a_syntax_error_without_a_place_has_no_frame_of_its_own(kept: Keeping) -> None:
    rookery.capture_exception(SyntaxError("odd"))
    assert "stacktrace" not in entries(kept)[0]


def test_a_syntax_error_with_a_place_that_is_none_is_told_all_the_same(kept: Keeping) -> None:
    odd = SyntaxError("odd")
    odd.filename, odd.lineno = "x.py", "seven"  # type: ignore[assignment]  # anybody may
    rookery.capture_exception(odd)
    assert entries(kept)[0]["type"] == "SyntaxError"
