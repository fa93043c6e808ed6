"""Records every event that a process sends, for servers' code to judge afterwards.

With this folder on ``PYTHONPATH``, Python loads this module at each start; where
``ROOKERY_TESTS_RECORD`` names a file, the payload of each event that a client hands to its
transport is appended to it, a line for each. The SDK itself knows nothing of it.
"""

from __future__ import annotations

import os
import sys

TYPE_CHECKING = False  # tests look at what is loaded: nothing more than there has to be
if TYPE_CHECKING:
    from importlib.machinery import ModuleSpec
    from typing import Any

FILE = os.environ.get("ROOKERY_TESTS_RECORD")
WATCHED = "rookery.client"


class Watching:
    """Finds the client's module as ever, and has its class record when it is loaded."""

    def find_spec(self, name: str, path: Any = None, target: Any = None) -> ModuleSpec | None:
        if name != WATCHED:
            return None
        others = [finder for finder in sys.meta_path if finder is not self]
        found = (finder.find_spec(name, path, target) for finder in others)
        spec = next((spec for spec in found if spec is not None), None)
        if spec is not None and spec.loader is not None:
            load = spec.loader.exec_module

            def load_and_watch(module: Any) -> None:
                load(module)
                watch(module.Client)

            spec.loader.exec_module = load_and_watch  # type: ignore[method-assign]
        return spec


def watch(client_class: Any) -> None:
    submit = client_class._submit
    if submit.__name__ == "recording":
        return

    def recording(self: Any, envelope: Any) -> Any:
        for item in envelope.items:
            if item.type == "event":
                record(item)
        return submit(self, envelope)

    client_class._submit = recording


def record(item: Any) -> None:
    """One write for each line, so that processes do not mix theirs."""
    try:
        line = item.payload + b"\n"
    except Exception as error:  # noqa: BLE001  # what cannot be sent is a fault, and to be told
        line = f"{type(error).__name__}: {error}\n".encode()
    assert FILE is not None
    out = os.open(FILE, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        os.write(out, line)
    finally:
        os.close(out)


if FILE:
    sys.meta_path.insert(0, Watching())
