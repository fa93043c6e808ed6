"""The client's side of the plug: which transport it gets, and what that says of shutting down."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rookery.errors import UnknownOption
from rookery.options import ALL_OPTIONS
from rookery.transport.build import build_transport
from rookery.transport.contract import Transport
from rookery.transport.declare import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rookery.dsn import Dsn
    from rookery.options import Resolved

SHUTDOWN_TIMEOUT = 2.0
"""Seconds, for a transport without settings."""


def find_transport(
    dsn: Dsn | None, resolved: Resolved, environ: Mapping[str, str]
) -> Transport | None:
    """The transport; None if there is nowhere to send. Raises what ``init`` may raise."""
    choice: Any = resolved.client["transport"]
    if dsn is not None:
        return build_transport(dsn, choice, arguments=resolved.transport, environ=environ)
    if choice is None:
        _refuse_unknown(resolved.transport)
    return choice if isinstance(choice, Transport) else None


def _refuse_unknown(arguments: Mapping[str, Any]) -> None:
    """Without a DSN no transport is built that could refuse a name, and a typo stays a typo."""
    declared = {name for option in ALL_OPTIONS for name in option.names}
    for name in arguments:
        if name not in declared:
            raise UnknownOption(f"init has no option {name!r}{did_you_mean(name, declared)}")


def shutdown_timeout_of(transport: Transport | None) -> float:
    """The transport's setting; one that was made by hand may have none."""
    settings = getattr(getattr(transport, "setup", None), "settings", None)
    return getattr(settings, "shutdown_timeout", SHUTDOWN_TIMEOUT)
