"""The head of a request: all but its body, written once for many."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from urllib3.connection import HTTPConnection, port_by_scheme
from urllib3.util import parse_url

if TYPE_CHECKING:
    from collections.abc import Mapping

    from urllib3 import HTTPConnectionPool as Connections

    from rookery.transport.contract import Request


class Dictation(HTTPConnection):
    """Writes down what urllib3 would send."""

    written = b""

    def send(self, data: Any) -> None:
        """Keep it."""
        self.written += data


class DictationTLS(Dictation):
    """The same of what would be encrypted."""

    default_port: ClassVar[int] = port_by_scheme["https"]  # type: ignore[misc]  # as in urllib3


DICTATIONS = {"http": Dictation, "https": DictationTLS}


class Head:
    """A request but for its body: as urllib3 writes it, so that the wire is always the same."""

    def __init__(self, request: Request, headers: Mapping[str, str], pool: Connections) -> None:
        self.url, self.headers, self.pool = request.url, request.headers, pool
        dictation = DICTATIONS[str(pool.scheme)](pool.host, pool.port)
        target = parse_url(request.url).request_uri
        dictation.request("POST", target, b"", {**request.headers, **headers})
        self.before, _, self.after = dictation.written.partition(b"Content-Length: 0\r\n")

    def fits(self, request: Request) -> bool:
        """Whether the request differs in its body alone from the one that this was written for."""
        is_same = self.headers is request.headers and self.url == request.url
        return is_same and self.pool.pool is not None

    def with_body(self, body: bytes) -> bytes:
        """The whole request."""
        return b"%sContent-Length: %d\r\n%s%s" % (self.before, len(body), self.after, body)
