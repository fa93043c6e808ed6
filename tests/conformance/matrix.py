"""A plugin of pytest: what the run says of each transport and each setting, for the documentation.

::

    python -m pytest -p tests.conformance.matrix tests/conformance -k "not fault and not matrix"

writes ``docs/matrix.json``; with ``-k NAME`` too only the column of one transport. A cell has the number of checks that passed and failed over each wire
scheme, or says that the setting was refused.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from rookery.transport.registry import BUILT_IN

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

PUBLISHED = Path(__file__).parents[2] / "docs/matrix.json"
REFUSED = "refused"
Cells = dict[str, dict[str, dict[str, int]]]
"""Transport -> setting -> "http", "https", "refused" or "failed" -> how many checks."""
noted: defaultdict[str, defaultdict[str, Counter[str]]] = defaultdict(lambda: defaultdict(Counter))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Function,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Note what came of a test that is about settings."""
    report = yield
    if report.when == "call" and report.outcome != "skipped" and hasattr(item, "callspec"):
        for transport, setting, kind in about(item.callspec.params):
            noted[transport][setting]["failed" if report.failed else kind] += 1
    return report


def about(params: dict[str, Any]) -> Iterator[tuple[str, str, str]]:
    """The cells that a test is about: transport, setting, and how a success is counted."""
    if params.keys() >= {"check", "backend", "scheme"}:
        for setting in params["check"].settings:
            yield params["backend"].name, setting, params["scheme"]
    elif params.keys() == {"name", "setting"}:
        yield params["name"], params["setting"], REFUSED


def pytest_sessionfinish() -> None:
    """Write what was noted; a transport that was not asked about stays as it was."""
    cells = {**published(), **noted}
    kept = {name: cells[name] for name in cells if name in BUILT_IN}
    PUBLISHED.write_text(json.dumps(kept, indent=1, sort_keys=True) + "\n", encoding="utf-8")


def published() -> Cells:
    """What was written last."""
    cells: Cells = json.loads(PUBLISHED.read_text(encoding="utf-8"))
    return cells
