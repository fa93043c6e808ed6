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
OURS = {
    "rookery": """
        api breadcrumbs client dsn envelope errors harmless header_lines item_types lifecycle
        nonrecording options payload propagation release scope_data scopes scrubber wire_json
    """,
    "rookery.delivery": """
        actions buffer headers ledger link machine ratelimits reports retry shrinking terms verdicts
    """,
    "rookery.event": """
        budget dedupe filters fitting noted objects plain scrubbing text variables walk
    """,
    "rookery.integrations": "atexit excepthook imports logging stdlib threading",
    "rookery.transport": """
        admission build chooser contract conversions declare guard loading proxies registry settings
        timing
    """,
    "rookery_transports": """
        courier crew desk driven drivers drivers.thread mailbox threaded threads waiting
    """,
}
"""All that ``init`` may load of ours. What is added here, every program pays for at its start."""


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


def test_init_loads_no_module_of_ours_that_could_wait_for_the_first_event() -> None:
    allowed = {f"{package}.{name}" for package, names in OURS.items() for name in names.split()}
    loaded = loaded_after("import rookery; rookery.init('http://key@errors.example.com/7')")
    ours = {name for name in loaded if name.startswith(("rookery.", "rookery_transports."))}
    assert ours - allowed - OURS.keys() == set()


def test_an_own_authority_is_looked_at_without_a_library_too() -> None:
    loaded = loaded_after(
        f"import rookery; rookery.init('http://key@host/7', ca_certs={str(Path(__file__).parent)!r})"
    )
    assert loaded.intersection(HEAVY) == set()
