"""The matrix in the documentation is that of the checks as they are now.

Where it is not, ``make matrix`` makes all of them and writes it anew.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import pytest

from rookery.testing.conformance import CHECKS
from rookery.transport import SETTINGS
from tests.conformance.matrix import REFUSED, published
from tests.conformance.ours import ABSENT, BACKENDS, FACTORIES

if TYPE_CHECKING:
    from rookery.testing.server import Scheme

SCHEMES: tuple[Scheme, ...] = ("http", "https")
HINT = "the checks or the transports have changed: make matrix"


def expected(name: str) -> dict[str, Counter[str]]:
    """Setting -> how many checks are made of it, or that it is refused."""
    cells = {setting: Counter({REFUSED: 1}) for setting in FACTORIES[name].unsupported}
    if name not in BACKENDS:
        return cells
    made = [(c, s) for c in CHECKS for s in SCHEMES if c.why_not(BACKENDS[name], s) is None]
    for check, scheme in made:
        for setting in check.settings:
            cells.setdefault(setting, Counter())[scheme] += 1
    return cells


@pytest.mark.parametrize("name", [name for name in FACTORIES if name not in ABSENT])
def test_the_published_cells_are_those_of_the_checks(name: str) -> None:
    pytest.importorskip("trustme", reason="https needs rookery[testing]")

    assert published().get(name, {}) == expected(name), HINT


def test_every_published_cell_is_green_or_refused() -> None:
    failed = [
        (name, setting)
        for name, cells in published().items()
        for setting, counts in cells.items()
        if "failed" in counts
    ]
    assert failed == []


def test_each_setting_has_a_check() -> None:
    named = {setting for check in CHECKS for setting in check.settings}

    assert named == {option.name for option in SETTINGS}
