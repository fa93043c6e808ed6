"""httpx: each exchange of its transports leaves a breadcrumb and carries the trace on.

Event hooks belong to one client, and a program may make many. So the two methods are wrapped that
httpx documents for who writes a transport; a transport of the program's own is left alone.
"""

from __future__ import annotations

import sys
from contextlib import contextmanager
from functools import wraps
from typing import TYPE_CHECKING, Any

from rookery.integrations import DidNotEnable, Integration
from rookery.integrations.imports import when_imported
from rookery.integrations.outgoing import begun, place_headers, take_headers_back

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from rookery.integrations.outgoing import Exchange


class HttpxIntegration(Integration):
    """Breadcrumbs and trace headers of httpx's requests."""

    identifier = "httpx"

    @staticmethod
    def setup_once() -> None:
        """Wrap the transports' methods once httpx is there."""
        when_imported("httpx", _watch)


def _watch() -> None:
    httpx = sys.modules["httpx"]
    if not hasattr(httpx, "AsyncHTTPTransport"):
        raise DidNotEnable("httpx is older than 0.20")
    plain, loop = httpx.HTTPTransport, httpx.AsyncHTTPTransport
    plain.handle_request = _watched(plain.handle_request)
    loop.handle_async_request = _watched_async(loop.handle_async_request)


def _watched(handle: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(handle)
    def handle_request(self: Any, request: Any) -> Any:
        __tracebackhide__ = True
        exchange = begun(HttpxIntegration, request.method, str(request.url))
        if exchange is None:
            return handle(self, request)
        with _telling(exchange, request) as heard:
            return heard(handle(self, request))

    return handle_request


def _watched_async(handle: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(handle)
    async def handle_async_request(self: Any, request: Any) -> Any:
        __tracebackhide__ = True
        exchange = begun(HttpxIntegration, request.method, str(request.url))
        if exchange is None:
            return await handle(self, request)
        with _telling(exchange, request) as heard:
            return heard(await handle(self, request))

    return handle_async_request


@contextmanager
def _telling(exchange: Exchange, request: Any) -> Iterator[Callable[[Any], Any]]:
    """A block in which the request is made, and its response handed through what is yielded."""

    def heard(response: Any) -> Any:
        exchange.ended(response.status_code, response.reason_phrase)
        return response

    placed = place_headers(exchange, request.headers)
    try:
        yield heard
    except BaseException as error:
        exchange.failed(error)
        raise
    finally:
        take_headers_back(placed, request.headers)
