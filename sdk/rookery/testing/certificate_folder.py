"""Where the certificates for tests are kept: a folder of the process's own, or one that it is given.

What ends by a signal, or by :func:`os._exit`, clears nothing away. So a test run gives a folder that
goes with the run.
"""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from pathlib import Path

_given: list[Path] = []


def keep_in(place: Path | None) -> None:
    """Make no folder, but use this one, which somebody else sees to; None: as it was before."""
    _given[:] = [] if place is None else [place]


def make_folder() -> Path:
    """The folder that was given, or a new one that goes with the process."""
    if _given:
        return _given[0]
    made = Path(tempfile.mkdtemp(prefix="rookery-certificates-"))
    atexit.register(_remove, made, os.getpid())
    return made


def _remove(made: Path, owner: int) -> None:
    if os.getpid() == owner:  # a forked child may run the hook too
        shutil.rmtree(made, ignore_errors=True)
