from __future__ import annotations

import linecache
import sys
import zipfile
from importlib import import_module
from typing import TYPE_CHECKING, Any

import rookery

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import pytest

    from tests.client.keeping import Init, Keeping


def frames(kept: Keeping) -> list[dict[str, Any]]:
    told: list[dict[str, Any]] = kept.events[-1]["exception"]["values"][-1]["stacktrace"]["frames"]
    return told


def innermost(price: int) -> float:
    basket = {"apple": price}
    return basket["apple"] / 0  # here it goes wrong


def outermost() -> float:
    return innermost(7)


def fail_and_capture() -> None:
    try:
        outermost()
    except ZeroDivisionError:
        rookery.capture_exception()


def capture_failure_of(function: Callable[..., object], *arguments: object) -> None:
    try:
        function(*arguments)
    except (ZeroDivisionError, ValueError):
        rookery.capture_exception()


def test_frames_go_from_the_catcher_to_the_raiser(kept: Keeping) -> None:
    fail_and_capture()
    assert [f["function"] for f in frames(kept)] == ["fail_and_capture", "outermost", "innermost"]


def test_a_frame_shows_where_it_is_and_the_lines_around(kept: Keeping) -> None:
    fail_and_capture()
    frame = frames(kept)[-1]
    assert frame["module"] == __name__
    assert frame["abs_path"] == __file__
    assert frame["filename"].endswith("test_frames.py")
    assert frame["context_line"] == '    return basket["apple"] / 0  # here it goes wrong'
    assert frame["pre_context"][-2:] == [
        "def innermost(price: int) -> float:",
        '    basket = {"apple": price}',
    ]
    assert frame["post_context"][:3] == ["", "", "def outermost() -> float:"]
    assert linecache.getline(__file__, frame["lineno"]).strip() == frame["context_line"].strip()


def test_a_frame_shows_its_variables_as_they_are_written(kept: Keeping) -> None:
    fail_and_capture()
    assert frames(kept)[-1]["vars"] == {"price": "7", "basket": {"apple": "7"}}


def test_the_same_line_is_told_anew_with_what_its_variables_are_now(kept: Keeping) -> None:
    for price in (1, 2):
        capture_failure_of(innermost, price)
    lines = [e["exception"]["values"][0]["stacktrace"]["frames"][-1] for e in kept.events]
    assert [line["vars"]["price"] for line in lines] == ["1", "2"]
    assert lines[0]["lineno"] == lines[1]["lineno"]


def test_two_lines_of_one_function_are_told_apart(kept: Keeping) -> None:
    def either(first: bool) -> None:
        if first:
            raise ValueError("first")
        raise ValueError("second")

    for first in (True, False):
        capture_failure_of(either, first)
    lines = [e["exception"]["values"][0]["stacktrace"]["frames"][-1] for e in kept.events]
    assert [line["context_line"].strip() for line in lines] == [
        'raise ValueError("first")',
        'raise ValueError("second")',
    ]


def test_variables_and_source_can_be_left_out(init: Init) -> None:
    kept = init(include_local_variables=False, include_source_context=False)
    fail_and_capture()
    assert not {"vars", "context_line", "pre_context", "post_context"}.intersection(
        frames(kept)[-1]
    )


def test_a_hidden_frame_is_left_out(kept: Keeping) -> None:
    def hiding() -> None:
        __tracebackhide__ = True
        outermost()

    try:
        hiding()
    except ZeroDivisionError:
        rookery.capture_exception()
    assert "hiding" not in [frame["function"] for frame in frames(kept)]


def test_frames_of_rookery_itself_are_left_out(kept: Keeping) -> None:
    try:
        rookery.Dsn.parse("nonsense")
    except ValueError:
        rookery.capture_exception()
    (frame,) = frames(kept)
    assert frame["module"] == __name__


def test_generated_code_without_source_is_told_without_source(kept: Keeping) -> None:
    try:
        exec(compile("x = 1\nx / 0", "<generated>", "exec"), {"__name__": "generated"})
    except ZeroDivisionError:
        rookery.capture_exception()
    frame = frames(kept)[-1]
    assert (frame["filename"], frame["abs_path"], frame["lineno"]) == ("<generated>",) * 2 + (2,)
    assert "context_line" not in frame
    assert frame["vars"] == {"x": "1"}


def test_one_code_run_as_two_modules_is_told_as_both(kept: Keeping) -> None:
    code = compile("1 / 0", "<shared>", "exec")
    for name in ("one", "two"):
        capture_failure_of(exec, code, {"__name__": name})
    told = [e["exception"]["values"][0]["stacktrace"]["frames"][-1]["module"] for e in kept.events]
    assert told == ["one", "two"]


def test_source_is_found_inside_a_zip_and_the_file_named_from_the_import_root(
    kept: Keeping, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with zipfile.ZipFile(tmp_path / "lib.zip", "w") as archive:
        archive.writestr("zipped_shop/__init__.py", "")
        archive.writestr("zipped_shop/till.py", "def pay():\n    return 1 / 0\n")
    monkeypatch.syspath_prepend(str(tmp_path / "lib.zip"))
    try:
        import_module("zipped_shop.till").pay()
    except ZeroDivisionError:
        rookery.capture_exception()
    frame = frames(kept)[-1]
    assert frame["context_line"] == "    return 1 / 0"
    assert frame["filename"] == "zipped_shop/till.py"


def test_a_line_that_the_file_no_longer_has_is_told_without_source(
    kept: Keeping, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "shrinking.py"
    path.write_text("#\n" * 40 + "def fail():\n    return 1 / 0\n", encoding="utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))
    fail = import_module("shrinking").fail
    path.write_text("# nothing left\n", encoding="utf-8")
    try:
        fail()
    except ZeroDivisionError:
        rookery.capture_exception()
    frame = frames(kept)[-1]
    assert (frame["filename"], frame["lineno"]) == ("shrinking.py", 42)
    assert not {"context_line", "pre_context", "post_context"}.intersection(frame)


def test_what_is_the_programs_own_follows_the_options(init: Init, tmp_path: Path) -> None:
    kept = init(project_root=str(tmp_path))
    fail_and_capture()
    assert "in_app" not in frames(kept)[-1]
    kept = init(in_app_include=["tests.client"])
    fail_and_capture()
    assert frames(kept)[-1]["in_app"] is True
    kept = init(in_app_exclude=[__name__])
    fail_and_capture()
    assert frames(kept)[-1]["in_app"] is False


def test_what_is_installed_is_not_the_programs_own(
    kept: Keeping, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = tmp_path / "site-packages"
    home.mkdir()
    (home / "bought.py").write_text("def fail():\n    return 1 / 0\n", encoding="utf-8")
    monkeypatch.syspath_prepend(str(home))
    try:
        import_module("bought").fail()
    except ZeroDivisionError:
        rookery.capture_exception()
    assert frames(kept)[-1]["in_app"] is False


def test_a_runaway_recursion_keeps_its_beginning_and_its_end(kept: Keeping) -> None:
    def recurse(depth: int) -> int:
        return recurse(depth + 1)

    try:
        recurse(0)
    except RecursionError:
        rookery.capture_exception()
    told = frames(kept)
    assert len(told) == 250
    depths = [int(frame["vars"]["depth"]) for frame in told[1:]]
    assert depths[:2] == [0, 1]
    assert depths[-1] > sys.getrecursionlimit() // 2
    assert depths == sorted(depths)
