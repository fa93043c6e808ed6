from __future__ import annotations

import subprocess
import sys

from rookery.event.assemble import new_event_id

FORKING = """
import os
from rookery.event.assemble import new_event_id
new_event_id()
if child := os.fork():
    os.waitpid(child, 0)
print(*[new_event_id() for _ in range(200)], sep="\\n", flush=True)
os._exit(0)
"""


def test_no_id_is_given_twice() -> None:
    ids = {new_event_id() for _ in range(1000)}

    assert len(ids) == 1000
    assert {(len(found), found[12], found[16] in "89ab") for found in ids} == {(32, "4", True)}


def test_a_child_gives_other_ids_than_its_parent() -> None:
    command = [sys.executable, "-c", FORKING]
    ids = subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()

    assert len(ids) == len(set(ids)) == 400
