"""Install the oldest, or the newest, release of each library that Rookery can use.

    python .ci/releases.py oldest     exactly the lower bounds of setup.py
    python .ci/releases.py newest     what the index has, whatever was installed before

Which libraries these are is read from the metadata of the installed project: what it always needs,
and what each extra brings that is for users. A new extra is one of these without being named here.
"""

from __future__ import annotations

import re
import subprocess
import sys
from importlib.metadata import requires, version

FOR_DEVELOPERS = frozenset(
    "test bare-test runtimes uwsgi servers bench lint types contracts docs dev".split()
)
"""Extras whose libraries are tools of this project."""
REQUIREMENT = re.compile(
    r"(?P<name>[\w.-]+)(\[[^]]*\])?[^;]*?>=(?P<oldest>[\w.]+)[^;]*(?:;.*extra == .(?P<extra>[\w-]+))?"
)


def bounds(requirements: list[str]) -> dict[str, str]:
    """``{"urllib3": "2.2.3", ...}``: of a library that two extras bring, the higher bound."""
    found: dict[str, str] = {}
    for match in filter(None, map(REQUIREMENT.match, requirements)):
        name, oldest = match["name"].lower(), match["oldest"]
        if match["extra"] not in FOR_DEVELOPERS:
            found[name] = max(found.get(name, oldest), oldest, key=numbers)
    return found


def numbers(release: str) -> list[int]:
    """The numbers of a release, in order: 2.10 comes after 2.9."""
    return [int(number) for number in re.findall(r"\d+", release)]


def oldest(found: dict[str, str]) -> list[str]:
    """What pip is to install for the oldest releases."""
    return sorted(f"{name}=={release}" for name, release in found.items())


def newest(found: dict[str, str]) -> list[str]:
    """What pip is to install for the newest releases, what they themselves need included."""
    return ["--upgrade", "--upgrade-strategy", "eager", *sorted(found)]


WHICH = {"oldest": oldest, "newest": newest}


def main(which: str) -> int:
    found = bounds(requires("rookery") or [])
    pip = [sys.executable, "-m", "pip", "install", "-q", *WHICH[which](found)]
    if status := subprocess.call(pip):
        return status
    print(f"the {which}:", *(f"{name} {version(name)}" for name in sorted(found)), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
