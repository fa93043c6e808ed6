"""What a machine goes by; settled once, from a transport's settings."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from rookery.delivery.retry import RetryPolicy
from rookery.envelope import Envelope

if TYPE_CHECKING:
    from collections.abc import Callable

    from rookery.delivery.buffer import Overflow


class Terms(NamedTuple):
    """What the machine goes by; the settings of the same names."""

    maxsize: int = 1000
    maxbytes: int = 32 * 1024 * 1024
    overflow: Overflow = "drop_newest"
    retries: RetryPolicy = RetryPolicy()
    concurrency: int = 1
    send_client_reports: bool = True
    notes_losses: bool = False
    """Whether :attr:`Delivery.losses` has to keep what was lost."""
    pauses: bool = True
    """Whether an unreachable server pauses all sending (see :mod:`rookery.delivery.link`)."""
    shrink: Callable[[Envelope], Envelope | None] = Envelope.shrunk
    """What to send after the server found an envelope too large; None: nothing."""
