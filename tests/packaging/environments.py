"""Commands that have to succeed, and fresh virtual environments to run them in."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

NOT_SOURCES = shutil.ignore_patterns(".*cache*", ".git", ".tox", ".venv", "build", "*.egg-info")


def run(*command: str | Path, cwd: Path | None = None) -> str:
    """What a command prints; a failure shows all of it. The tests' own path is not passed on."""
    environ = {k: v for k, v in os.environ.items() if k not in {"PYTHONPATH", "PYTHONHOME"}}
    done = subprocess.run(
        list(map(str, command)), env=environ, cwd=cwd, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
    return done.stdout


def build(project: Path, workshop: Path) -> Path:
    """A folder with an sdist of a project, and the wheel that was built from that sdist.

    It is built from a copy, because building writes into the tree.
    """
    tree, folder = workshop / "tree", workshop / "dist"
    shutil.copytree(project, tree, ignore=NOT_SOURCES)
    run(sys.executable, "-m", "build", "--outdir", folder, tree)
    return folder


@dataclass
class Environment:
    """A virtual environment in a folder of its own."""

    folder: Path

    @property
    def python(self) -> Path:
        return self.folder / "bin" / "python"

    def install(self, *what: str | Path) -> None:
        run(self.python, "-m", "pip", "install", "-q", *what, cwd=self.folder)

    def run(self, *command: str | Path) -> str:
        """Run a script of the environment, in a folder where no package lies about."""
        script, *arguments = command
        return run(self.folder / "bin" / script, *arguments, cwd=self.folder)
