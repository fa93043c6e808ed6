"""The head of a request by Twisted: all but its body, written once for many."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from twisted.internet.defer import Deferred, succeed
from twisted.web.client import URI
from twisted.web.http_headers import Headers

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rookery.transport.contract import Request
    from rookery_transports.senders.twisted_route import Route


class Dictation:
    """Writes down what Twisted would send; the words are those of its transports."""

    def __init__(self) -> None:
        self.written = b""

    def write(self, data: bytes) -> None:
        """Keep it."""
        self.written += data

    def writeSequence(self, data: Iterable[bytes]) -> None:  # noqa: N802 - Twisted's name
        """Keep them."""
        self.written += b"".join(data)

    def registerProducer(self, producer: Any, streaming: bool) -> None:  # noqa: N802 - Twisted's name
        """A body is in one piece, and nothing is held up; likewise at its end."""

    def unregisterProducer(self) -> None:  # noqa: N802 - Twisted's name
        """See above."""


class Head:
    """A request but for its body, in Twisted's words."""

    def __init__(self, request: Request, route: Route) -> None:
        self.url, self.given = request.url, request.headers
        url = request.url.encode()
        self.uri: Any = URI.fromBytes(url)
        self.target: bytes = url if route.is_by_proxy else self.uri.originForm
        given = {**request.headers, **route.headers}
        self.headers = Headers({name: [value] for name, value in given.items()})
        self._parts: tuple[bytes, bytes] | None = None

    def fits(self, request: Request) -> bool:
        """Whether the request differs in its body alone from the one that this was made for."""
        return self.given is request.headers and self.url == request.url

    def with_body(self, request: Any, body: bytes) -> bytes:
        """The whole request; the first is taken down as Twisted's own object writes it."""
        if self._parts is None:
            dictation = Dictation()
            request.writeTo(dictation)
            head = dictation.written.removesuffix(body)
            before, _, after = head.partition(b"Content-Length: %d\r\n" % len(body))
            self._parts = before, after
        before, after = self._parts
        return b"%sContent-Length: %d\r\n%s%s" % (before, len(body), after, body)


class Whole:
    """A request that is written in one piece; the rest of it is as Twisted has it."""

    def __init__(self, request: Any, written: bytes) -> None:
        self.method, self.persistent = request.method, request.persistent
        self.written = written

    def writeTo(self, transport: Any) -> Deferred[None]:  # noqa: N802 - Twisted's name
        """See Twisted's ``Request``."""
        transport.write(self.written)
        return succeed(None)
