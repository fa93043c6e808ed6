"""The standard library's ways out of the process: HTTP requests and child processes.

``http.client`` is watched where it speaks, so every library that builds on it is watched too, each
request once: ``urllib.request``, urllib3, requests, and what builds on those.
"""

from __future__ import annotations

from functools import partial
from importlib import import_module

from rookery.integrations import Integration
from rookery.integrations.imports import when_imported

WATCHERS = {
    "http.client": "rookery.integrations.http_client",
    "subprocess": "rookery.integrations.child_processes",
}
"""Who watches a module, once the program has it; each has ``watch()``."""


class StdlibIntegration(Integration):
    """Breadcrumbs of HTTP requests and child processes; requests carry the trace on."""

    identifier = "stdlib"

    @staticmethod
    def setup_once() -> None:
        """Await the modules."""
        for library, home in WATCHERS.items():
            when_imported(library, partial(_watch, home))


def _watch(home: str) -> None:
    import_module(home).watch()
