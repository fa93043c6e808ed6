"""What ``init`` loads, in a process that has loaded nothing else."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import rookery
import rookery_transports

HEAVY = (
    "urllib3 stevedore certifi ssl socket http.client asyncio concurrent.futures subprocess"
    " dataclasses inspect ast importlib.metadata difflib random datetime pathlib tempfile uuid"
    " rookery_transports.encoding rookery_transports.senders rookery.attachments"
).split()


def loaded_after(statement: str) -> set[str]:
    packages = [str(Path(each.__file__ or "").parents[1]) for each in (rookery, rookery_transports)]
    done = subprocess.run(
        [sys.executable, "-S", "-c", f"{statement}\nimport sys\nprint(*sys.modules)"],
        env={"PYTHONPATH": ":".join(packages)},
        capture_output=True,
        text=True,
        check=True,
    )
    return set(done.stdout.split())


def test_init_with_a_dsn_loads_no_library_that_it_does_not_need() -> None:
    loaded = loaded_after("import rookery; rookery.init('http://key@errors.example.com/7')")
    assert "rookery_transports.threaded" in loaded
    assert loaded.intersection(HEAVY) == set()


def test_an_own_authority_is_looked_at_without_a_library_too() -> None:
    loaded = loaded_after(
        f"import rookery; rookery.init('http://key@host/7', ca_certs={str(Path(__file__).parent)!r})"
    )
    assert loaded.intersection(HEAVY) == set()
