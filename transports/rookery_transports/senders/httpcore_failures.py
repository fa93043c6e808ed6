"""httpcore's exceptions in our words: one table."""

from __future__ import annotations

import httpcore

from rookery.delivery.actions import Failed, Failure


class Distrust(httpcore.NetworkError):
    """TLS failed: the server is not who it should be, or does not want us."""


FAILURES: tuple[tuple[type[Exception], Failure], ...] = (
    (Distrust, Failure.OTHER),
    (httpcore.ProxyError, Failure.CONNECT),
    (httpcore.ConnectError, Failure.CONNECT),
    (httpcore.ConnectTimeout, Failure.CONNECT),
    (httpcore.TimeoutException, Failure.READ),
    (httpcore.NetworkError, Failure.READ),
    (httpcore.ProtocolError, Failure.READ),
)
"""httpcore's exceptions in our words, once a connection is there; the first that fits."""
KINDS = tuple(kind for kind, _ in FAILURES)


def failed(error: Exception, *, is_connecting: bool) -> Failed:
    """What an exception says of a request. Raises it if it is none of the network's."""
    return Failed(failure_of(error, is_connecting), f"{type(error).__name__}: {error}")


def failure_of(error: Exception, is_connecting: bool) -> Failure:
    """How far a request came. A proxy may say anything, and httpcore's SOCKS raises anything."""
    if is_connecting and not isinstance(error, Distrust):
        return Failure.CONNECT
    found = next((failure for kind, failure in FAILURES if isinstance(error, kind)), None)
    if found is None:
        raise error
    return found
