"""Surroundings of transports under test: an IOLoop of Tornado's in a thread of its own."""

from __future__ import annotations

import asyncio
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from rookery.testing.conformance import FULL, Backend

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


@contextmanager
def tornado_loop() -> Iterator[Mapping[str, Any]]:
    """A loop that runs until the check is over."""
    from tornado.ioloop import IOLoop

    begun = threading.Event()
    loops: list[Any] = []

    async def live() -> None:
        over = asyncio.Event()
        loops.extend((IOLoop.current(), over))
        begun.set()
        await over.wait()

    thread = threading.Thread(target=lambda: asyncio.run(live()), name="an IOLoop of Tornado's")
    thread.start()
    begun.wait()
    loop, over = loops
    try:
        yield {"io_loop": loop}
    finally:
        loop.add_callback(over.set)
        thread.join()


@contextmanager
def tornado_loop_with_curl() -> Iterator[Mapping[str, Any]]:
    """The same, in a program that has chosen the client on libcurl."""
    from tornado.httpclient import AsyncHTTPClient

    AsyncHTTPClient.configure("tornado.curl_httpclient.CurlAsyncHTTPClient")
    try:
        with tornado_loop() as options:
            yield options
    finally:
        AsyncHTTPClient.configure(None)


TORNADO = Backend("tornado", FULL - {"sender", "socks", "proxy"}, host=tornado_loop)
TORNADO_WITH_CURL = Backend("tornado", FULL - {"sender"}, host=tornado_loop_with_curl)
