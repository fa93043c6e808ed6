"""What a transport on the program's loop does at ``init``, lest the loop stand still at an event."""

from __future__ import annotations

from contextlib import suppress
from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rookery.transport.contract import Setup
    from rookery_transports.senders.httpcore import Reach

NEEDED = (
    "rookery_transports.senders.httpcore_async",
    "rookery_transports.senders.httpcore_tls",
)
LATE = ("httpcore._async.http_proxy", "httpcore._async.socks_proxy")
"""Modules that httpcore loads when it connects. Of others' private ones, which may be gone some day:
then they are loaded when they are needed, and that costs a loop some milliseconds, once."""


def preload(setup: Setup, *more: str, http2: bool) -> Reach:
    """Load what sending needs, and settle how the server is reached."""
    from rookery_transports.senders.httpcore import settle

    for module in (*NEEDED, *LATE, *more, *(["httpcore._async.http2"] if http2 else [])):
        with suppress(ImportError):
            import_module(module)
    return settle(setup, http2=http2)
