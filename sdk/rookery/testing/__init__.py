"""What tests need: a scripted server, the conformance kit for transports, pytest fixtures.

The names are loaded when they are first used, because the pytest plugin lives in this package and
every run of pytest in the environment imports it.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rookery.testing.answers import Answer
    from rookery.testing.proxy import HttpProxy
    from rookery.testing.server import RefusingServer, ScriptedServer
    from rookery.testing.socks import SocksProxy

__all__ = ["Answer", "HttpProxy", "RefusingServer", "ScriptedServer", "SocksProxy"]

HOMES = {
    "Answer": "answers",
    "HttpProxy": "proxy",
    "RefusingServer": "server",
    "ScriptedServer": "server",
    "SocksProxy": "socks",
}


def __getattr__(name: str) -> object:
    if name not in HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{HOMES[name]}"), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
