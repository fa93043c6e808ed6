"""The plug: the contract of a transport, its settings, and how a name becomes one.

What an author of a transport needs is here by one name. It is loaded when it is first used:
``import rookery`` pays for none of it.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rookery.delivery.actions import Answered, Failed, Failure, Outcome
    from rookery.delivery.retry import RetryPolicy
    from rookery.transport.build import build_transport, check_names
    from rookery.transport.contract import (
        AsyncSender,
        Choice,
        Request,
        Sender,
        Setup,
        Timeouts,
        Transport,
    )
    from rookery.transport.proxies import proxy_for
    from rookery.transport.settings import SETTINGS, Settings

__all__ = [
    "SETTINGS",
    "Answered",
    "AsyncSender",
    "Choice",
    "Failed",
    "Failure",
    "Outcome",
    "Request",
    "RetryPolicy",
    "Sender",
    "Settings",
    "Setup",
    "Timeouts",
    "Transport",
    "build_transport",
    "check_names",
    "proxy_for",
]

HOMES = {
    "rookery.delivery.actions": ("Answered", "Failed", "Failure", "Outcome"),
    "rookery.delivery.retry": ("RetryPolicy",),
    "rookery.transport.build": ("build_transport", "check_names"),
    "rookery.transport.contract": (
        *("AsyncSender", "Choice", "Request", "Sender", "Setup", "Timeouts", "Transport"),
    ),
    "rookery.transport.proxies": ("proxy_for",),
    "rookery.transport.settings": ("SETTINGS", "Settings"),
}
HOME_OF = {name: module for module, names in HOMES.items() for name in names}


def __getattr__(name: str) -> object:
    if name not in HOME_OF:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(HOME_OF[name]), name)


def __dir__() -> list[str]:
    return [*globals(), *__all__]
