"""The sender that speaks HTTP through httpcore, on any event loop that can wait for a socket."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

import httpcore

from rookery.transport.contract import AsyncSender
from rookery_transports.senders.httpcore import BODY_LIMIT, answered, translated
from rookery_transports.senders.httpcore_backend import Backend
from rookery_transports.senders.httpcore_failures import failed
from rookery_transports.senders.httpcore_progress import PROGRESS, Progress

if TYPE_CHECKING:
    from rookery.delivery.actions import Answered, Outcome
    from rookery.transport.contract import Request
    from rookery_transports.senders.httpcore import Reach
    from rookery_transports.senders.readiness import Readiness


class AsyncHttpcoreSender(AsyncSender):
    """Posts through a pool of connections to one server, or through one that all share (HTTP/2)."""

    def __init__(self, reach: Reach, ready: Readiness) -> None:
        self._backend = Backend(ready, reach.socket_options)
        self._pool = httpcore.AsyncConnectionPool(network_backend=self._backend, **reach.pool)

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
        try:
            response = await self._pool.handle_async_request(translated(request, progress.anote))
        except BaseException:
            progress.clean_up()
            raise
        return answered(response, await read(response))

    async def aclose(self) -> None:
        """Close the connections; what still uses one fails."""
        self._backend.close()

    def forget(self) -> None:
        """Close the sockets, past httpcore and past TLS, which would say good-bye to the server."""
        self._backend.forget()


async def read(response: httpcore.Response) -> bytes:
    """The body, as far as it comes in time; the status, which is known by now, counts anyway.

    What is beyond the limit is read as well, for an iteration that is broken off would be left to
    the collector.
    """
    body = bytearray()
    with suppress(httpcore.NetworkError, httpcore.TimeoutException, httpcore.ProtocolError):
        async for part in response.aiter_stream():
            body += part[: max(0, BODY_LIMIT - len(body))]
    await response.aclose()
    return bytes(body)
