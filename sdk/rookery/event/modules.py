"""Which distributions are installed (protocol: ``modules``), read off the names of folders.

Metadata is kept in folders named after the distribution and its version (PEP 376, PEP 627), so a
listing of the import path tells both. :mod:`importlib.metadata` would open and parse a file for
each: milliseconds instead of a fraction of one.
"""

from __future__ import annotations

import os
import sys
from functools import cache

MARK = ".dist-info"
MAX_DISTRIBUTIONS = 1000


@cache
def installed() -> dict[str, str]:
    """Versions by name, normalised as in PEP 503; found once. Not to be changed."""
    found: dict[str, str] = {}
    for folder in sys.path or ():  # None while the interpreter shuts down
        for entry in _entries(folder):
            name, _, version = entry[: -len(MARK)].partition("-")
            if version and len(found) < MAX_DISTRIBUTIONS:
                found.setdefault(name.replace("_", "-").replace(".", "-").lower(), version)
    return found


def _entries(folder: object) -> list[str]:
    try:
        return sorted(name for name in os.listdir(str(folder)) if name.endswith(MARK))
    except OSError:  # not a folder: an archive, or nothing
        return []
