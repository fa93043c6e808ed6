"""Install the oldest supported release of each library that Rookery can use.

The bounds are read from the metadata of the installed project, so they are those of setup.py.
"""

from __future__ import annotations

import re
import subprocess
import sys
from importlib.metadata import requires

LIBRARIES_OF = ("br", "zstd", "socks", "requests", "inbox", "testing")
REQUIREMENT = re.compile(
    r"(?P<name>[\w.-]+)[^;]*?>=(?P<oldest>[\w.]+)[^;]*(?:;.*extra == .(?P<extra>[\w-]+))?"
)


def oldest(requirements: list[str]) -> list[str]:
    """``["urllib3==1.26.15", ...]`` out of the requirements as the metadata has them."""
    matches = filter(None, map(REQUIREMENT.match, requirements))
    return sorted(
        {f"{m['name']}=={m['oldest']}" for m in matches if m["extra"] in (None, *LIBRARIES_OF)}
    )


def main() -> int:
    pins = oldest(requires("rookery") or [])
    print("the oldest supported:", *pins, flush=True)
    return subprocess.call([sys.executable, "-m", "pip", "install", "-q", *pins])


if __name__ == "__main__":
    sys.exit(main())
