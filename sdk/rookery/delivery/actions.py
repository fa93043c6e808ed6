"""What the machine says to a driver, and what a driver says back.

::

    machine --> Send | Wait | Idle | Stop --> driver
    driver  --> Answered | Failed         --> machine
"""

from __future__ import annotations

from enum import Enum
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rookery.envelope import Envelope


class Send(NamedTuple):
    """Post this envelope and settle the outcome under ``ticket``."""

    ticket: int
    envelope: Envelope


class Wait(NamedTuple):
    """Nothing can be sent before ``until`` (seconds, the clock of ``now``), unless something changes."""

    until: float


class Idle(NamedTuple):
    """Nothing to do until something changes."""

    until: None = None


class Stop(NamedTuple):
    """Closed, and everything is settled."""


Action = Send | Wait | Idle | Stop


class Failure(Enum):
    """How far a request came that had no answer. The words are those of urllib3's ``Retry``."""

    CONNECT = "connect"
    """The server was not reached: name not found, refused, connect time-out, proxy."""
    READ = "read"
    """The request left, and no whole answer came back: reset, read time-out, not HTTP."""
    OTHER = "other"
    """The server was reached and is not to be trusted: certificate, TLS handshake."""
    BROKEN = "broken"
    """The sender itself failed: its exception is in ``detail``. Never tried again."""


class Answered(NamedTuple):
    """The server answered, whatever it said. Header names are looked up in any case."""

    status: int
    headers: Mapping[str, str] = MappingProxyType({})
    body: bytes = b""


class Failed(NamedTuple):
    """The server did not answer."""

    failure: Failure
    detail: str = ""


Outcome = Answered | Failed
