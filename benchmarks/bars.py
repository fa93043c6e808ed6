"""Everything that is measured beside sentry-sdk, in one table with a bar for each ratio.

    python benchmarks/bars.py [ROUNDS] [--svg FILE] [--page FILE]

Every figure is a median over rounds; a ratio is the median over pairs of neighbours. ``!`` marks
what is over its goal. ``--svg`` draws the same in a picture; ``--page`` puts the table into a page,
between its marks.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

import capture
import delivered
import imports
import records
from pages import fenced, write

if TYPE_CHECKING:
    from side_by_side import Row

MEASURED = (
    (capture, "us in the caller"),
    (delivered, "us"),
    (imports, "ms, modules"),
    (records, "us"),
)
WIDTH = 40
"""Characters of a bar that stands for sentry-sdk's 1.0."""


def bar(row: Row, goal: float | None) -> str:
    """``#`` for what it costs, ``|`` where the goal is, ``.`` as far as sentry-sdk."""
    filled = round(min(row.ratio, 1.0) * WIDTH)
    cells = ["#"] * filled + ["."] * (WIDTH - filled)
    if goal is not None:
        cells[min(round(goal * WIDTH), WIDTH - 1)] = "|"
    return "".join(cells)


def line(row: Row, unit: str, goal: float | None) -> str:
    over = "!" if goal is not None and row.ratio > goal else " "
    goal_text = "" if goal is None else f"{goal:.2f}"
    figures = f"{row.ours:10.1f} {row.theirs:10.1f} {row.ratio:7.3f}{over} {goal_text:>5}"
    return f"{row.name:>18} {figures}  {bar(row, goal)}  {unit}"


def svg(measured: list[tuple[Row, str, float | None]]) -> str:
    """The ratios as bars, the goals as marks."""
    step, left, scale = 26, 190, 520
    parts = []
    for number, (row, unit, goal) in enumerate(measured):
        y = 16 + number * step
        length = min(row.ratio, 1.0) * scale
        parts += [
            f'<text x="{left - 8}" y="{y + 13}" text-anchor="end">{row.name}</text>',
            f'<rect x="{left}" y="{y}" width="{scale}" height="18" fill="#e4e4e4"/>',
            f'<rect x="{left}" y="{y}" width="{length:.0f}" height="18" fill="#3465a4"/>',
            (
                f'<text x="{left + length + 6:.0f}" y="{y + 13}">{row.ratio:.2f}'
                f" ({row.ours:,.0f} against {row.theirs:,.0f} {unit})</text>"
            ),
        ]
        if goal is not None:
            x = left + goal * scale
            parts.append(f'<path d="M{x:.0f} {y - 3}v24" stroke="#cc0000" stroke-width="2"/>')
    height = 32 + len(measured) * step
    parts.append(
        f'<text x="{left}" y="{height - 4}">1.0: sentry-sdk; the red marks are the goals</text>'
    )
    size = f'width="{left + scale + 30}" height="{height}"'
    style = 'font-family="sans-serif" font-size="12"'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} {style}>\n'
        + "\n".join(parts)
        + "\n</svg>\n"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else None)
    parser.add_argument("rounds", nargs="?", type=int, default=5)
    parser.add_argument("--svg", type=Path)
    parser.add_argument("--page", type=Path)
    given = parser.parse_args()
    lines = [f"{'':>18} {'rookery':>10} {'sentry-sdk':>10} {'ratio':>8} {'goal':>5}"]
    print(lines[0])
    measured = []
    for module, unit in MEASURED:
        for row in module.rows(given.rounds):
            goal = module.GOALS.get(row.name)
            measured.append((row, unit, goal))
            lines.append(line(row, unit, goal))
            print(lines[-1], flush=True)
    if given.svg:
        given.svg.write_text(svg(measured), encoding="utf-8")
    if given.page:
        write(given.page, "bars", fenced(lines))


if __name__ == "__main__":
    main()
