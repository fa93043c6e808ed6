"""``http.client``, for the integration ``stdlib``: the requests of all that builds on it.

Three methods of ``HTTPConnection`` are wrapped: ``putrequest``, where a request begins;
``endheaders``, where its headers are complete and a connection may fail; ``getresponse``.
"""

from __future__ import annotations

from functools import wraps
from http.client import HTTPConnection
from typing import TYPE_CHECKING, Any

from rookery.harmless import harmless
from rookery.integrations.outgoing import Exchange, begun
from rookery.integrations.stdlib import StdlibIntegration

if TYPE_CHECKING:
    from collections.abc import Callable

    Method = Callable[..., Any]

EXCHANGE = "_rookery_exchange"
"""The attribute of a connection that says what is under way."""


def watch() -> None:
    """Wrap the methods."""
    wrappers = {"putrequest": _beginning, "endheaders": _sending, "getresponse": _ending}
    for name, wrapper in wrappers.items():
        setattr(HTTPConnection, name, wrapper(getattr(HTTPConnection, name)))


def _beginning(putrequest: Method) -> Method:
    @wraps(putrequest)
    def begin(self: HTTPConnection, method: str, url: str, *args: Any, **kwargs: Any) -> Any:
        __tracebackhide__ = True
        put = putrequest(self, method, url, *args, **kwargs)
        vars(self)[EXCHANGE] = begun(StdlibIntegration, method, whole_url(self, url))
        return put

    return begin


def _sending(endheaders: Method) -> Method:
    @wraps(endheaders)
    def send(self: HTTPConnection, *args: Any, **kwargs: Any) -> Any:
        __tracebackhide__ = True
        exchange = vars(self).get(EXCHANGE)
        if exchange is None:
            return endheaders(self, *args, **kwargs)
        add_headers(self, exchange)
        try:
            return endheaders(self, *args, **kwargs)
        except BaseException as error:
            vars(self).pop(EXCHANGE).failed(error)
            raise

    return send


def _ending(getresponse: Method) -> Method:
    @wraps(getresponse)
    def answer(self: HTTPConnection, *args: Any, **kwargs: Any) -> Any:
        __tracebackhide__ = True
        exchange = vars(self).pop(EXCHANGE, None)
        if exchange is None:
            return getresponse(self, *args, **kwargs)
        try:
            response = getresponse(self, *args, **kwargs)
        except BaseException as error:
            exchange.failed(error)
            raise
        exchange.ended(response.status, response.reason, {"httplib_response": response})
        return response

    return answer


@harmless("")
def whole_url(connection: Any, target: str) -> str:
    """The URL of a request: its target may be the path alone, the connection may be a tunnel."""
    if "://" in target.partition("?")[0]:  # to a proxy
        return target
    tunnel = connection._tunnel_host  # noqa: SLF001  # there is no other word for it
    host, port = (
        (tunnel, connection._tunnel_port)  # noqa: SLF001
        if tunnel
        else (connection.host, connection.port)
    )
    scheme = "https" if connection.default_port == 443 else "http"
    host = f"[{host}]" if ":" in host else host
    return f"{scheme}://{host}{'' if port == connection.default_port else f':{port}'}{target}"


@harmless(None)
def add_headers(connection: HTTPConnection, exchange: Exchange) -> None:
    """Continue the trace, in further lines: one ``baggage`` may go on in another (RFC 9110, 5.3)."""
    lines: list[bytes] = vars(connection)["_buffer"]
    names = {bytes(line).partition(b":")[0].decode("latin-1").lower() for line in lines}
    present = dict.fromkeys(names, "")
    for name, value in exchange.headers(present.get).items():
        connection.putheader(name, value)
