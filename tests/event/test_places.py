"""Where the frames of an event say they are, and what stands there."""

from __future__ import annotations

import linecache
import subprocess
import sys
from importlib.machinery import ModuleSpec
from importlib.util import module_from_spec
from types import ModuleType, TracebackType
from typing import TYPE_CHECKING, Any

import pytest

import rookery
from tests.event.telling import EMPTY, capture_what, frames, functions, since_311

if TYPE_CHECKING:
    from pathlib import Path

    from tests.client.keeping import Keeping

SOURCE_KEYS = {"pre_context", "context_line", "post_context"}


def divide(count: int) -> float:
    return 1 + count / 0


def divide_näively(größe: int) -> float:  # noqa: PLC2401  # the point
    return "größe" and größe / 0  # type: ignore[return-value]


@since_311
def test_a_frame_tells_its_column_from_one(kept: Keeping) -> None:
    capture_what(divide, 7)
    frame = frames(kept)[-1]
    assert frame["context_line"][frame["colno"] - 1 :] == "count / 0"


@since_311
def test_a_column_counts_characters_not_bytes(kept: Keeping) -> None:
    capture_what(divide_näively, 7)
    frame = frames(kept)[-1]
    assert frame["context_line"][frame["colno"] - 1 :].startswith("größe / 0")


@since_311
def test_two_places_of_one_line_have_columns_of_their_own(kept: Keeping) -> None:
    def either(x: int, y: int) -> float:
        return 1 / x + 2 / y

    columns = []
    for arguments in ((0, 1), (1, 0)):
        capture_what(either, *arguments)
        frame = frames(kept)[-1]
        columns.append(frame["context_line"][frame["colno"] - 1 :])
    assert columns == ["1 / x + 2 / y", "2 / y"]


@pytest.mark.skipif(sys.version_info >= (3, 11), reason="Python knows columns from 3.11 on")
def test_where_python_knows_no_column_none_is_told(kept: Keeping) -> None:
    capture_what(divide, 7)
    assert "colno" not in frames(kept)[-1]


def test_a_traceback_that_was_made_by_hand_is_told_with_its_own_line(kept: Keeping) -> None:
    try:
        divide(7)
    except ZeroDivisionError as error:
        found: Any = error.__traceback__.tb_next  # type: ignore[union-attr]
        line = divide.__code__.co_firstlineno
        made = TracebackType(None, found.tb_frame, found.tb_lasti, line)
        rookery.capture_exception(error.with_traceback(made))
    (frame,) = frames(kept)
    assert (frame["lineno"], frame["context_line"]) == (line, "def divide(count: int) -> float:")
    assert "colno" not in frame


BARE = """
import rookery
guard = rookery.init("http://key@localhost/1", transport="memory")
try:
    1 / 0
except ZeroDivisionError:
    rookery.capture_exception()
(event,) = guard.client.transport.events
print(event["exception"]["values"][0]["stacktrace"]["frames"][0].get("colno"))
guard.client.close(0)
"""


@since_311
def test_a_program_that_was_started_without_columns_has_none() -> None:
    bare = [sys.executable, "-X", "no_debug_ranges", "-c", BARE]
    done = subprocess.run(bare, capture_output=True, text=True, check=False)
    assert (done.stdout, done.stderr) == ("None\n", "")


class Undecided:
    def __bool__(self) -> bool:
        raise RuntimeError


@pytest.mark.parametrize("mark", ["__tracebackhide__", "__traceback_hide__"])
def test_either_mark_hides_a_frame_if_it_is_true(kept: Keeping, mark: str) -> None:
    for value, is_hidden in (("True", True), ("1", True), ("False", False), ("None", False)):
        capture_what(function_of(f"def marked():\n    {mark} = {value}\n    return 1 / 0\n"))
        assert ("marked" not in functions(kept)) is is_hidden


def test_a_mark_that_cannot_decide_hides_nothing(kept: Keeping) -> None:
    def marked() -> None:
        __tracebackhide__ = Undecided()
        EMPTY["x"]

    capture_what(marked)
    assert functions(kept)[-1] == "marked"


def function_of(source: str, filename: str = "<made>", **names: Any) -> Any:
    made: dict[str, Any] = {"__name__": "made", **names}
    exec(compile(source, filename, "exec"), made)
    return next(at for at in made.values() if getattr(at, "__code__", None))


def test_code_of_a_notebook_or_a_template_is_shown_from_the_line_cache(kept: Keeping) -> None:
    name, source = "<ipython-input-7-cafe>", "def cell():\n    return 1 / 0\n"
    linecache.cache[name] = (len(source), None, source.splitlines(keepends=True), name)
    try:
        capture_what(function_of(source, name, __name__="__main__"))
    finally:
        del linecache.cache[name]
    frame = frames(kept)[-1]
    assert (frame["filename"], frame["lineno"]) == (name, 2)
    assert (frame["pre_context"], frame["context_line"]) == (["def cell():"], "    return 1 / 0")
    assert "in_app" not in frame


@pytest.mark.parametrize("name", ["<stdin>", "<string>", "<frozen made>", ""])
def test_code_without_source_is_told_without_it(kept: Keeping, name: str) -> None:
    capture_what(function_of("def typed():\n    return 1 / 0\n", name))
    frame = frames(kept)[-1]
    assert (frame["filename"], frame["function"]) == (name or "<unknown>", "typed")
    assert not SOURCE_KEYS.intersection(frame)


class Generating:
    """A loader of code that is nowhere in a file."""

    def __init__(self, source: str, filename: str) -> None:
        self.source = source
        self.filename = filename

    def create_module(self, spec: ModuleSpec) -> ModuleType | None:
        return None

    def exec_module(self, module: ModuleType) -> None:
        exec(compile(self.source, self.filename, "exec"), vars(module))

    def get_source(self, name: str) -> str:
        if name != "generated_shop":
            raise ImportError
        return self.source


def generated_module(source: str, filename: str) -> Any:
    loader: Any = Generating(source, filename)
    spec = ModuleSpec("generated_shop", loader, origin=filename)
    module = module_from_spec(spec)
    loader.exec_module(module)
    return module


def test_generated_code_is_shown_by_its_loader(kept: Keeping) -> None:
    module = generated_module("def till():\n    return 1 / 0\n", "<generated shop>")
    capture_what(module.till)
    frame = frames(kept)[-1]
    assert (frame["module"], frame["context_line"]) == ("generated_shop", "    return 1 / 0")


def test_code_that_a_module_merely_executes_is_not_shown_as_the_modules_source(
    kept: Keeping,
) -> None:
    source = "def run(text):\n    exec(text, globals())\n"
    capture_what(generated_module(source, "<generated shop>").run, "\n1 / 0")
    assert frames(kept)[-1]["filename"] == "<string>"
    assert not SOURCE_KEYS.intersection(frames(kept)[-1])


def test_a_loader_that_fails_costs_nothing_but_the_source(kept: Keeping) -> None:
    module = generated_module("def till():\n    return 1 / 0\n", "<generated shop>")
    module.__name__ = "another"  # which the loader does not know
    capture_what(module.till)
    assert frames(kept)[-1]["function"] == "till"
    assert not SOURCE_KEYS.intersection(frames(kept)[-1])


def test_five_lines_are_shown_on_either_side_where_there_are_five(
    kept: Keeping, tmp_path: Path
) -> None:
    path = tmp_path / "long.py"
    lines = [f"# {n}" for n in range(20)]
    for at in (0, 2, 10, 19):
        body = [*lines[:at], "1 / 0", *lines[at + 1 :]]
        path.write_text("\n".join(body), encoding="utf-8")
        linecache.checkcache(str(path))
        capture_what(exec, compile("\n".join(body), str(path), "exec"), {"__name__": f"long{at}"})
        frame = frames(kept)[-1]
        assert frame["context_line"] == "1 / 0"
        assert frame["pre_context"] == body[max(0, at - 5) : at]
        assert frame["post_context"] == body[at + 1 : at + 6]


PROGRAM = """
import os, rookery
guard = rookery.init("http://key@localhost/1", transport="memory")
try:
    1 / 0
except ZeroDivisionError:
    print(bool(rookery.capture_exception()))
guard.client.close(0)
"""


def test_a_program_whose_folder_was_removed_reports_all_the_same(tmp_path: Path) -> None:
    gone = tmp_path / "gone"
    gone.mkdir()
    leave = f"import os; os.rmdir({str(gone)!r})\n"
    done = subprocess.run(
        [sys.executable, "-c", leave + PROGRAM],
        cwd=gone,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.stdout, done.stderr) == ("True\n", "")
