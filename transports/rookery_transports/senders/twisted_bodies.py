"""What requests and answers consist of, as Twisted's Agent takes and gives them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from twisted.internet.defer import Deferred, succeed
from twisted.internet.protocol import Protocol
from twisted.web.iweb import IBodyProducer
from zope.interface import implementer

if TYPE_CHECKING:
    from collections.abc import Callable

    from twisted.web.http_headers import Headers

BODY_LIMIT = 64 * 1024
"""Bytes of an answer that are read; what is longer is no Sentry's."""


@implementer(IBodyProducer)
class Bytes:
    """The body of a request, in one piece."""

    def __init__(self, body: bytes) -> None:
        self.body = body
        self.length = len(body)

    def startProducing(self, consumer: Any) -> Deferred[None]:  # noqa: N802 - Twisted's name
        """See ``IBodyProducer``."""
        consumer.write(self.body)
        return succeed(None)

    def pauseProducing(self) -> None:  # noqa: N802 - Twisted's name
        """Nothing is left to produce; likewise the next two."""

    resumeProducing = stopProducing = pauseProducing  # noqa: N815 - Twisted's names


class Body(Protocol):
    """The body of an answer, as far as it is read."""

    def __init__(self, on_limit: Callable[[], object]) -> None:
        self.on_limit = on_limit
        self.read = b""
        self.done: Deferred[None] = Deferred()

    def dataReceived(self, data: bytes) -> None:  # noqa: N802 - Twisted's name
        """See ``Protocol``."""
        self.read += data[: BODY_LIMIT - len(self.read)]
        if len(self.read) == BODY_LIMIT:
            self.on_limit()

    def fail(self, reason: Any) -> None:
        """No answer comes."""
        if not self.done.called:
            self.done.errback(reason)

    def connectionLost(self, _: Any = None) -> None:  # noqa: N802 - Twisted's name
        """See ``Protocol``; the status, which is known by now, counts however the body ended."""
        if not self.done.called:
            self.done.callback(None)


def told(headers: Headers) -> dict[str, str]:
    """The headers of an answer; one that came several times is one list (RFC 9110, 5.3)."""
    lines = headers.getAllRawHeaders()
    return {name.decode("latin-1"): b", ".join(values).decode("latin-1") for name, values in lines}
