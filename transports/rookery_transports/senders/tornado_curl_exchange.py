"""One request and its answer by libcurl."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pycurl

from rookery.delivery.actions import Failed, Failure
from rookery_transports.senders.tornado_answers import BODY_LIMIT, Head

if TYPE_CHECKING:
    import asyncio

    from rookery.delivery.actions import Outcome
    from rookery.transport.contract import Timeouts

UNTRUSTED = {
    getattr(pycurl, f"E_{name}")
    for name in ("PEER_FAILED_VERIFICATION", "SSL_CONNECT_ERROR", "SSL_CERTPROBLEM")
}
TOO_MUCH = 0
"""What a function that libcurl writes by returns to end a transfer."""


class Exchange:
    """One request; libcurl calls its methods as it goes along."""

    def __init__(self, timeouts: Timeouts) -> None:
        self.timeouts = timeouts
        self.head = Head()
        self.body = b""
        self.port: int | None = None
        """Of the connection, at this end; None before there is one."""
        self.is_over = False
        self.timer: asyncio.TimerHandle | None = None

    def write(self, chunk: bytes) -> int:
        """A part of the body has come."""
        self.body += chunk[: BODY_LIMIT - len(self.body)]
        return len(chunk) if len(self.body) < BODY_LIMIT else TOO_MUCH

    def end(self) -> None:
        """It has an outcome, or nobody waits for one any more."""
        self.is_over = True
        if self.timer is not None:
            self.timer.cancel()

    def outcome(self, error: Any = None) -> Outcome:
        """What came of it; what has an answer's head counts, however its body ended."""
        if self.head.is_whole:
            return self.head.answered(self.body)
        failure = Failure.CONNECT if self.port is None else Failure.READ
        if getattr(error, "errno", None) in UNTRUSTED:
            failure = Failure.OTHER
        return Failed(failure, f"{type(error).__name__}: {error}")
