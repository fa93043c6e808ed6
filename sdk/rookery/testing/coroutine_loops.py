"""Back-ends that live on asyncio's or trio's loop: a thread in which one runs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rookery.testing.conformance import FULL, Backend
from rookery.testing.hosts import thread_of

if TYPE_CHECKING:
    from queue import SimpleQueue


def asyncio_loop() -> Any:
    """A loop of asyncio's in a thread of its own."""
    return thread_of("a loop of asyncio's", live_with_asyncio)


def live_with_asyncio(begun: SimpleQueue[Any]) -> None:
    """Run a loop until it is told to end."""
    import asyncio

    loop = asyncio.new_event_loop()
    begun.put(({"loop": loop}, lambda: loop.call_soon_threadsafe(loop.stop)))
    loop.run_forever()
    loop.close()


def trio_run() -> Any:
    """A run of trio's in a thread of its own."""
    return thread_of("a run of trio's", live_with_trio)


def live_with_trio(begun: SimpleQueue[Any]) -> None:
    """Run until it is told to end."""
    import trio

    async def live() -> None:
        token, over = trio.lowlevel.current_trio_token(), trio.Event()
        begun.put(({"trio_token": token}, lambda: token.run_sync_soon(over.set)))
        await over.wait()

    trio.run(live)


ASYNCIO = Backend("asyncio", FULL - {"sender"}, host=asyncio_loop)
ASYNCIO_HTTP2 = Backend("asyncio+http2", FULL - {"sender"}, host=asyncio_loop)
HTTP2 = Backend("http2", FULL - {"sender"})
TRIO = Backend("trio", FULL - {"sender"}, host=trio_run)
