"""``{rookery-matrix}``: which transport honours which setting, as the last run of the checks says.

The cells are in ``docs/matrix.json``, which ``make matrix`` writes. ``{rookery-capabilities}``: what a
transport under test may be able to do.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

from sphinx.util.docutils import SphinxDirective

from rookery.cli.options import markdown
from rookery.testing.conformance import CAPABILITIES
from rookery.transport.settings import SETTINGS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from docutils import nodes
    from sphinx.application import Sphinx

    Cell = Mapping[str, int]
    Cells = Mapping[str, Mapping[str, Cell]]

MATRIX = Path(__file__).parents[1] / "matrix.json"
NOTHING = "\N{EN DASH}"


def shown(cell: Cell) -> str:
    """A cell: the number of checks that passed, or what else there is to say."""
    if "failed" in cell:
        return f"✗ {cell['failed']} failed"
    if "refused" in cell:
        return "refused"
    return f"✓ {sum(cell.values())}" if cell else NOTHING


def rows(cells: Cells) -> Iterator[list[str]]:
    """A row for each setting, a column for each transport."""
    for option in SETTINGS:
        yield [f"`{option.name}`", *(shown(cells[name].get(option.name, {})) for name in cells)]


class Matrix(SphinxDirective):
    def run(self) -> list[nodes.Node]:
        self.env.note_dependency(str(MATRIX))
        cells = json.loads(MATRIX.read_text(encoding="utf-8"))
        head = ["setting", *(f"`{name}`" for name in cells)]
        return self.parse_text_to_nodes(markdown(head, rows(cells)))


class Capabilities(SphinxDirective):
    def run(self) -> list[nodes.Node]:
        told = ((f"`{name}`", meaning) for name, meaning in CAPABILITIES.items())
        return self.parse_text_to_nodes(markdown(("capability", "means"), told))


def setup(app: Sphinx) -> dict[str, bool]:
    """Called by Sphinx."""
    app.add_directive("rookery-capabilities", Capabilities)
    app.add_directive("rookery-matrix", Matrix)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
