"""Runs a program of a few lines in a process of its own."""

from __future__ import annotations

import subprocess
import sys
import textwrap
from pathlib import Path

ROOT = Path(__file__).parents[2]
PRELUDE = """
import sys
import rookery
from tests.client.printing import Printing
"""


def run(source: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """The program's output; its first lines are a transport that prints what it is given."""
    return subprocess.run(
        [sys.executable, "-W", "error", "-c", PRELUDE + textwrap.dedent(source), *arguments],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        cwd=ROOT,
    )
