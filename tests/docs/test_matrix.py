"""The table of transports and settings shows what the checks said."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Mapping

EXTENSIONS = Path(__file__).parents[2] / "docs/_ext"


@pytest.mark.parametrize(
    ("cell", "words"),
    [
        ({"http": 3, "https": 4}, "✓ 7"),
        ({"refused": 1}, "refused"),
        ({"http": 3, "failed": 2}, "✗ 2 failed"),
        ({}, "\N{EN DASH}"),
    ],
)
def test_a_cell_says_how_many_checks_passed_or_what_else_there_is(
    cell: Mapping[str, int], words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("sphinx", reason="the pages are built with rookery[docs]")
    monkeypatch.syspath_prepend(str(EXTENSIONS))
    from rookery_matrix import rows, shown  # type: ignore[import-not-found, unused-ignore]  # Sphinx loads it by path

    assert shown(cell) == words
    table = {row[0]: row[1:] for row in rows({"sync": {"maxsize": cell}})}
    assert table["`maxsize`"] == [words]
    assert table["`timeout`"] == ["\N{EN DASH}"]
