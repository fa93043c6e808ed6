"""aiohttp's client: each exchange leaves a breadcrumb and carries the trace on.

aiohttp offers its users a ``TraceConfig`` for that, one list of them for each session. So one is
added when a session is made, and nothing else is touched.
"""

from __future__ import annotations

import sys
from functools import wraps
from typing import TYPE_CHECKING, Any

from rookery.harmless import harmless
from rookery.integrations import Integration
from rookery.integrations.imports import when_imported
from rookery.integrations.outgoing import Exchange, begun, place_headers, take_headers_back

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

FAILURES = frozenset(range(500, 600))
"""Answers of a server that are its failures."""


class AioHttpIntegration(Integration):
    """Breadcrumbs and trace headers of the requests of ``aiohttp.ClientSession``.

    The arguments are for aiohttp's server, which is not watched yet.
    """

    identifier = "aiohttp"

    def __init__(
        self,
        transaction_style: str = "handler_name",
        *,
        failed_request_status_codes: Collection[int] = FAILURES,
    ) -> None:
        if transaction_style != "handler_name" or set(failed_request_status_codes) != FAILURES:
            self.idle = ("AioHttpIntegration(transaction_style, failed_request_status_codes)",)

    @staticmethod
    def setup_once() -> None:
        """Have every session traced, once aiohttp is there."""
        when_imported("aiohttp", _watch)


def _watch() -> None:
    library = sys.modules["aiohttp"]
    session = library.ClientSession
    session.__init__ = _traced(session.__init__, _trace_config(library))


def _traced(begin: Callable[..., None], config: Any) -> Callable[..., None]:
    @wraps(begin)
    def start(self: Any, *args: Any, **kwargs: Any) -> None:
        kwargs["trace_configs"] = [*(kwargs.get("trace_configs") or ()), config]
        begin(self, *args, **kwargs)

    return start


def _trace_config(library: Any) -> Any:
    config = library.TraceConfig()
    config.on_request_start.append(_started)
    config.on_request_redirect.append(_redirected)
    config.on_request_end.append(_ended)
    config.on_request_exception.append(_failed)
    return config


async def _started(_: Any, request: Any, told: Any) -> None:
    _begin(request, told.method, str(told.url), told.headers)


async def _redirected(_: Any, request: Any, told: Any) -> None:
    _answered(request, told)
    _follow(request, told)


async def _ended(_: Any, request: Any, told: Any) -> None:
    _answered(request, told)


async def _failed(_: Any, request: Any, told: Any) -> None:
    """An answer that the program asked to have raised is an answer."""
    exchange = _finished(request)
    if exchange is not None:
        status = getattr(told.exception, "status", None)
        if isinstance(status, int) and status:
            exchange.ended(status, told.exception.message)
        else:
            exchange.failed(told.exception)


@harmless(None)
def _begin(request: Any, method: str, url: str, headers: Any) -> None:
    request.exchange = begun(AioHttpIntegration, method, url)
    if request.exchange is not None:
        request.placed = place_headers(request.exchange, headers)


def _finished(request: Any) -> Exchange | None:
    exchange: Exchange | None = getattr(request, "exchange", None)
    request.exchange = None
    return exchange


def _answered(request: Any, told: Any) -> None:
    exchange = _finished(request)
    if exchange is not None:
        exchange.ended(told.response.status, told.response.reason)


@harmless(None)
def _follow(request: Any, told: Any) -> None:
    """The next exchange, elsewhere perhaps; aiohttp takes the headers of this one along."""
    take_headers_back(getattr(request, "placed", {}), told.headers)
    place = told.response.headers.get("Location") or told.response.headers.get("URI")
    if place:
        _begin(request, told.method, str(told.url.join(type(told.url)(place))), told.headers)
