"""The sender that speaks HTTP through httpcore, on any event loop that can wait for a socket."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

import httpcore

from rookery.delivery.actions import Answered
from rookery.transport.contract import AsyncSender
from rookery_transports.senders.dialogue import BODY_LIMIT, joined
from rookery_transports.senders.httpcore import translated
from rookery_transports.senders.httpcore_backend import Backend
from rookery_transports.senders.httpcore_failures import failed
from rookery_transports.senders.httpcore_kept import KeptConnections
from rookery_transports.senders.httpcore_progress import PROGRESS, Progress

if TYPE_CHECKING:
    from rookery.delivery.actions import Outcome
    from rookery.transport.contract import Request
    from rookery_transports.senders.httpcore import Reach
    from rookery_transports.senders.readiness import Readiness


class AsyncHttpcoreSender(AsyncSender):
    """Posts through a pool of connections to one server, or through one that all share (HTTP/2)."""

    def __init__(self, reach: Reach, ready: Readiness) -> None:
        self._backend = Backend(ready, reach.socket_options)
        self._pool = httpcore.AsyncConnectionPool(network_backend=self._backend, **reach.pool)
        self._keeps = reach.keeps
        self._kept = KeptConnections()

    async def post(self, request: Request) -> Outcome:
        """Send; again, once, if the trouble was somebody else's."""
        progress = Progress(request.timeouts)
        PROGRESS.set(progress)
        try:
            try:
                return await self._exchange(request, progress)
            except Exception as error:
                if not progress.is_repeatable(error):
                    raise
                progress.again()
                return await self._exchange(request, progress)
        except Exception as error:  # noqa: BLE001 - raised again where it is no network's
            return failed(error, is_connecting=progress.is_connecting)

    async def _exchange(self, request: Request, progress: Progress) -> Answered:
        answered = await self._kept.exchange(request, progress)
        return await self._first_exchange(request, progress) if answered is None else answered

    async def _first_exchange(self, request: Request, progress: Progress) -> Answered:
        try:
            response = await self._pool.handle_async_request(translated(request, progress.anote))
        except BaseException:
            progress.clean_up()
            raise
        body, is_whole = await read(response)
        if is_whole and self._keeps:
            self._kept.adopt(response, request)
        await response.aclose()
        return Answered(response.status, joined(response.headers), body)

    async def aclose(self) -> None:
        """Close the connections; what still uses one fails."""
        self._backend.close()

    def forget(self) -> None:
        """Close the sockets, past httpcore and past TLS, which would say good-bye to the server."""
        self._backend.forget()


async def read(response: httpcore.Response) -> tuple[bytes, bool]:
    """The body, as far as it comes in time, and whether that is all; the status counts anyway.

    What is beyond the limit is read as well, for an iteration that is broken off would be left to
    the collector.
    """
    body, is_whole = bytearray(), False
    with suppress(httpcore.NetworkError, httpcore.TimeoutException, httpcore.ProtocolError):
        async for part in response.aiter_stream():
            body += part[: max(0, BODY_LIMIT - len(body))]
        is_whole = True
    return bytes(body), is_whole
