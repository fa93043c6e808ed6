"""Subclasses of ``Transport`` that are written for sentry-sdk.

All they must have is ``capture_envelope``, or ``capture_event`` as in the days before envelopes.
What else the class needs is added to it. It is used as any object of sentry-sdk's interface is, by
a transport that keeps the books.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rookery.delivery.ledger import Stats

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from rookery.envelope import Envelope


def capture_envelope(self: Any, envelope: Envelope) -> None:
    """See :meth:`Transport.capture_envelope`: the event, if there is one."""
    event = envelope.event
    if event is not None:
        self.capture_event(dict(event))


def submit(self: Any, envelope: Envelope) -> bool:
    """See :meth:`Transport.submit`."""
    self.capture_envelope(envelope)
    return True


def flush(_self: Any, _timeout: float, _callback: object = None) -> bool:
    """See :meth:`Transport.flush`: nothing is known to be pending."""
    return True


def close(self: Any, timeout: float) -> bool:
    """See :meth:`Transport.close`."""
    self.flush(timeout)
    self.kill()
    return True


def kill(_self: Any) -> None:
    """There is nothing to let go of."""


def is_healthy(_self: Any) -> bool:
    """See :meth:`Transport.is_healthy`."""
    return True


PARTS: Mapping[str, Callable[..., Any] | property] = {
    "capture_envelope": capture_envelope,
    "submit": submit,
    "flush": flush,
    "close": close,
    "kill": kill,
    "is_healthy": is_healthy,
    "stats": property(lambda _: Stats()),
}


def complete(kind: type, contract: type) -> None:
    """Give the class each part that it has from the contract alone."""
    for name, part in PARTS.items():
        if getattr(kind, name) is getattr(contract, name):
            setattr(kind, name, part)
