"""Rules of the house that no other tool asks about."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
MODULES = sorted([*ROOT.glob("sdk/**/*.py"), *ROOT.glob("transports/**/*.py")])
READERS = {"environ", "environb", "getenv", "getenvb"}


def reads_of_the_environment(source: str) -> list[int]:
    """The lines in which ``os.environ`` or a function like it is named."""
    tree = ast.parse(source)
    attributes = [
        node.lineno
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute)
        and node.attr in READERS
        and isinstance(node.value, ast.Name)
        and node.value.id == "os"
    ]
    imports = [
        node.lineno
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom)
        and node.module == "os"
        and READERS.intersection(alias.name for alias in node.names)
    ]
    return sorted([*attributes, *imports])


@pytest.mark.parametrize("module", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_only_the_options_read_the_environment(module: Path) -> None:
    found = reads_of_the_environment(module.read_text(encoding="utf-8"))

    assert found == [] or module.name == "options.py"


def test_a_read_of_the_environment_is_found() -> None:
    assert reads_of_the_environment("import os\nos.environ['A']\nos.getenv('B')\n") == [2, 3]
    assert reads_of_the_environment("from os import environ, path\n") == [1]
