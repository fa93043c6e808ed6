"""Connections that httpcore opened, and that are kept for the requests after the first.

Rule 1: how long a step may take, and the words for what went wrong, are those of httpcore's way.
Rule 2: a connection on which there is something to read while nobody asked is one that ends.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import h11
import httpcore

from rookery_transports.senders.dialogue import Dialogue, Head, joined
from rookery_transports.senders.fields import is_last
from rookery_transports.senders.httpcore_lasting import Lasting

if TYPE_CHECKING:
    from rookery.delivery.actions import Answered
    from rookery.transport.contract import Request
    from rookery_transports.senders.httpcore_progress import Progress


class KeptConnections:
    """Those of one sender between their requests; the one used last is used first."""

    def __init__(self) -> None:
        self._idle: list[tuple[Lasting, Dialogue]] = []
        self._heads: list[Head] = []

    def adopt(self, response: httpcore.Response, request: Request) -> None:
        """After a whole answer: keep its connection, unless the server is about to close it."""
        stream = response.extensions["network_stream"]
        is_old = response.extensions["http_version"] != b"HTTP/1.1"
        if is_last(10 if is_old else 11, joined(response.headers)):
            return
        if isinstance(stream, Lasting):
            stream.is_kept = True
            self._idle.append((stream, Dialogue(stream, self._head(request))))

    def _head(self, request: Request) -> Head:
        if not self._heads:
            self._heads.append(Head.of(request))
        return self._heads[0]

    async def exchange(self, request: Request, progress: Progress) -> Answered | None:
        """The answer; None if no connection is open. Raises httpcore's exceptions."""
        kept = await self._take()
        if kept is None:
            return None
        stream, dialogue = kept
        is_whole = False
        progress.keep_on()
        try:
            answered, is_whole = await dialogue.exchange(request.body)
        except h11.RemoteProtocolError as error:
            raise httpcore.RemoteProtocolError(error) from error
        finally:
            if is_whole:
                self._idle.append(kept)
            else:
                await let_go(stream)
        return answered

    async def _take(self) -> tuple[Lasting, Dialogue] | None:
        while self._idle:
            stream, dialogue = self._idle.pop()
            if not stream.get_extra_info("is_readable"):
                return stream, dialogue
            await let_go(stream)
        return None


async def let_go(stream: Lasting) -> None:
    """Close it; nothing is waited for."""
    stream.is_kept = False
    await stream.aclose()
