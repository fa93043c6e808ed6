"""How far a request has come through httpcore, and how much time that leaves it.

httpcore gives each read and each write a time-out of its own. Ours bound a step as a whole: to
connect (with its proxy and TLS), to send, to be answered. So its ``trace`` tells a :class:`Progress`
which step a request has reached, and the streams ask that how much time is left.
"""

from __future__ import annotations

from contextvars import ContextVar
from time import monotonic
from typing import TYPE_CHECKING, Any

import httpcore

from rookery_transports.senders.httpcore_failures import KINDS, Distrust

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rookery.transport.contract import Timeouts

NEVER = float("inf")
HEAD, BODY = "http11.send_request_headers.started", "http11.send_request_body.started"
STEPS: Mapping[str, str] = {
    "connect_tcp.started": "connect",
    "send_request_headers.started": "read",
    "receive_response_headers.started": "read",
}
"""What httpcore's trace calls the beginning of a step, and the time-out that begins with it."""


class Progress:
    """How far one request has come, and how long its present step may take."""

    def __init__(self, timeouts: Timeouts) -> None:
        self._timeouts = timeouts
        self._end = after(timeouts.total)
        self.again()

    def again(self) -> None:
        """From the beginning, in what is left of the total."""
        self.is_connecting = True
        self.is_first = False
        """Whether the connection was made for this request, not kept or shared."""
        self.is_shared = False
        """Whether other requests use the connection at the same time: HTTP/2."""
        self.received = 0
        self._is_holding, self._held = False, b""
        self.opened: list[Any] = []
        """Streams that were opened for it; httpcore's SOCKS forgets to close its own."""
        self._allow(self._timeouts.connect)

    def note(self, event: str, info: Mapping[str, Any]) -> None:
        """Called by httpcore's trace. A ``CONNECT`` is part of connecting, though it is a request too."""
        if event == BODY:
            self._is_holding = False
        protocol, _, step = event.partition(".")
        if step not in STEPS or getattr(info.get("request"), "method", b"") == b"CONNECT":
            return
        self.is_connecting = STEPS[step] == "connect"
        self.is_first = self.is_first or self.is_connecting
        self.is_shared = protocol == "http2"
        self._is_holding = event == HEAD
        self._allow(getattr(self._timeouts, STEPS[step]))

    def keep_on(self) -> None:
        """On a connection that was kept: nothing is left to connect."""
        self.is_connecting = False
        self._allow(self._timeouts.read)

    def hold(self, data: bytes) -> bytes:
        """What is to be written now. Of HTTP/1.1, head and body go together, in one system call."""
        data, self._held = self._held + data, b""
        if self._is_holding:
            data, self._held = b"", data
        return data

    async def anote(self, event: str, info: Mapping[str, Any]) -> None:  # as httpcore wants it
        self.note(event, info)

    def clean_up(self) -> None:
        """After a failure: close what was opened and never became a connection of the pool."""
        for stream in self.opened if self.is_connecting else ():
            stream.close()

    def left(self) -> float | None:
        """Seconds that the step may still take; None: for ever."""
        return None if self._deadline == NEVER else max(0.0, self._deadline - monotonic())

    def _allow(self, timeout: float | None) -> None:
        self._deadline = min(self._end, after(timeout))

    def is_repeatable(self, error: Exception) -> bool:
        """Whether it was somebody else's trouble, so that the request is sent again, unseen.

        A server closes what is kept; a time-out closes what is shared (RFC 9113, 6.8).
        """
        if self.is_first or self.left() == 0 or isinstance(error, Distrust):
            return False
        if self.is_shared:
            return isinstance(error, KINDS)
        closed = (httpcore.NetworkError, httpcore.RemoteProtocolError)
        return isinstance(error, closed) and self.received == 0


def after(timeout: float | None) -> float:
    """So many seconds from now."""
    return NEVER if timeout is None else monotonic() + timeout


PROGRESS: ContextVar[Progress | None] = ContextVar("rookery_httpcore_progress", default=None)
"""That of the request which the calling code works on; streams may be shared, it is not."""


def time_left() -> float | None:
    """Seconds for what the calling code is about to do; None: for ever."""
    progress = PROGRESS.get()
    return None if progress is None else progress.left()
