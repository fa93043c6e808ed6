"""The code on the pages runs: each block that is fenced as ``python``, in the order of its page.

The server of the examples, ``errors.example.com``, is played by a scripted one. A block that
cannot run by itself is written with the directive ``code-block``, and is not collected.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from rookery.testing import ScriptedServer
from rookery.transport.admission import is_importable
from rookery.transport.registry import BUILT_IN, load

ROOT = Path(__file__).parents[2]
BLOCK = re.compile(r"^```python\n(.*?)^```$", re.DOTALL | re.MULTILINE)
PLAYED = "https://key@errors.example.com"
PATIENCE = "rookery is sending what is pending"
"""What a program says at its end, if there is something to wait for."""
NOT_OURS = "ignore::Warning:sentry_sdk.utils"
"""It looks whether eventlet is there, which then says of itself that it is deprecated."""
LIBRARIES = {
    name: sorted(getattr(load(target, name), "requires", ())) for name, target in BUILT_IN.items()
} | {"sentry-sdk": ["sentry_sdk"]}
"""By page: what its program cannot do without."""
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]


def program(page: Path) -> str:
    """The blocks of a page as one program, each line at the number that it has on the page."""
    text = page.read_text(encoding="utf-8")
    lines = [""] * (text.count("\n") + 1)
    for block in BLOCK.finditer(text):
        first = text.count("\n", 0, block.start(1))
        for number, line in enumerate(block[1].splitlines(), first):
            lines[number] = line
    return "\n".join(lines)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_the_code_of_a_page_runs(page: Path, tmp_path: Path) -> None:
    source = program(page)
    if not source.strip():
        pytest.skip("there is no code on this page")
    absent = [name for name in LIBRARIES.get(page.stem, ()) if not is_importable(name)]
    if absent:
        pytest.skip(f"the page is about {', '.join(absent)}, which is not installed")
    environ = {k: v for k, v in os.environ.items() if not k.startswith(("SENTRY_", "ROOKERY_"))}
    with ScriptedServer() as server:
        script = tmp_path / f"page_{page.stem}.py"  # a name that hides no library
        script.write_text(source.replace(PLAYED, server.dsn.rpartition("/")[0]), encoding="utf-8")
        ran = subprocess.run(
            [sys.executable, "-W", "error", "-W", NOT_OURS, script],
            env=environ,
            cwd=tmp_path,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    complaints = [line for line in ran.stderr.splitlines() if not line.startswith(PATIENCE)]
    assert (ran.returncode, complaints) == (0, [])


def test_the_tests_on_the_pages_pass(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "pytest", "-q", str(ROOT / "docs/listings")]
    ran = subprocess.run(
        [*command, "-p", "no:cacheprovider"], cwd=tmp_path, capture_output=True, check=False
    )

    assert b"2 passed" in ran.stdout


def test_every_option_is_on_the_page_of_the_settings(tmp_path: Path) -> None:
    """The tables are read from the code when the pages are built; here they are built."""
    pytest.importorskip("sphinx", reason="the pages are built with rookery[docs]")
    from rookery.options import ALL_OPTIONS

    build = [sys.executable, "-m", "sphinx", "-n", "-W", "-q", "-b", "html", str(ROOT / "docs")]
    built = subprocess.run([*build, tmp_path], capture_output=True, text=True, check=False)
    assert built.returncode == 0, built.stderr
    page = (tmp_path / "settings.html").read_text(encoding="utf-8")

    assert [option.name for option in ALL_OPTIONS if f">{option.name}<" not in page] == []


def test_every_reason_of_the_machine_is_explained() -> None:
    from rookery.delivery import machine, verdicts

    known = {getattr(machine, name) for name in dir(machine) if name.isupper()}
    known |= {v.reason for v in vars(verdicts).values() if isinstance(v, verdicts.Verdict)}
    reasons = {reason for reason in known if isinstance(reason, str)}
    page = (ROOT / "docs/delivery-guarantees.md").read_text(encoding="utf-8")

    assert {"queue_overflow", "send_error", "closed"} <= reasons
    assert [reason for reason in reasons if f"| `{reason}` |" not in page] == []
