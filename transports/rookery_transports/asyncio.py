"""``asyncio`` and ``asyncio+http2``: the loop of the program sends, through httpcore."""

from __future__ import annotations

from asyncio import AbstractEventLoop  # noqa: TC003 - the options are read by their annotations
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar

from rookery_transports.drivers.asyncio import AsyncioDriver
from rookery_transports.senders.preloading import preload

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rookery.transport.contract import AsyncSender, Setup


@dataclass(frozen=True)
class AsyncioOptions:
    """What the transports on an asyncio loop understand beside the shared settings."""

    loop: AbstractEventLoop | None = field(
        default=None,
        metadata={"doc": "The loop that sends. Not set: the one that runs where events are made."},
    )


class AsyncioTransport(AsyncioDriver):
    """Sends in tasks of the program's loop, with its sockets and timers."""

    Options: ClassVar[type | None] = AsyncioOptions
    requires: ClassVar[Mapping[str, str]] = {
        "httpcore": "rookery[asyncio]",
        "anyio": "rookery[asyncio]",
    }
    backend = "rookery.testing.coroutine_loops:ASYNCIO"
    http2: ClassVar[bool] = False

    def __init__(self, setup: Setup) -> None:
        self._reach = preload(setup, "anyio._backends._asyncio", http2=self.http2)
        super().__init__(setup)
        self.desk.courier.encoder()

    def make_async_sender(self, setup: Setup) -> AsyncSender:  # noqa: ARG002 - settled at init
        """A sender on httpcore."""
        from rookery_transports.senders.asyncio_sockets import AsyncioReadiness
        from rookery_transports.senders.httpcore_async import AsyncHttpcoreSender

        return AsyncHttpcoreSender(self._reach, AsyncioReadiness())


class AsyncioHttp2Transport(AsyncioTransport):
    """The same, all requests on one connection, with a server that speaks HTTP/2."""

    requires: ClassVar[Mapping[str, str]] = {
        "httpcore": "rookery[asyncio,http2]",
        "anyio": "rookery[asyncio,http2]",
        "h2": "rookery[asyncio,http2]",
    }
    backend = "rookery.testing.coroutine_loops:ASYNCIO_HTTP2"
    http2: ClassVar[bool] = True
