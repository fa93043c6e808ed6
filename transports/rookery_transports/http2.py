"""``http2``: a thread of its own sends, all requests on one connection, through httpcore."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from rookery_transports.drivers.own_loop import OwnLoopDriver
from rookery_transports.senders.preloading import preload

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rookery.transport.contract import AsyncSender, Setup


class Http2Transport(OwnLoopDriver):
    """Sends many requests at once from one thread, over HTTP/2 where the server agrees to it."""

    requires: ClassVar[Mapping[str, str]] = {
        "httpcore": "rookery[http2]",
        "anyio": "rookery[http2]",
        "h2": "rookery[http2]",
    }
    backend = "rookery.testing.coroutine_loops:HTTP2"

    def __init__(self, setup: Setup) -> None:
        self._reach = preload(setup, "anyio._backends._asyncio", http2=True)
        super().__init__(setup)

    def make_async_sender(self, setup: Setup) -> AsyncSender:  # noqa: ARG002 - settled at init
        """A sender on httpcore."""
        from rookery_transports.senders.asyncio_sockets import OwnReadiness
        from rookery_transports.senders.httpcore_async import AsyncHttpcoreSender

        return AsyncHttpcoreSender(self._reach, OwnReadiness())
