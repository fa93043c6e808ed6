"""A transport of sentry-sdk's that hands everything to one of ours.

Rule 1: an envelope arrives as sentry-sdk would have written it, byte for byte; the bytes are made
        where ours makes them, which with most transports is not the program's thread.
Rule 2: sentry-sdk hears nothing of what the transport does, as little as Rookery does.
"""

from __future__ import annotations

import sys
from time import monotonic
from typing import TYPE_CHECKING, Any

from sentry_sdk.client import NonRecordingClient
from sentry_sdk.consts import DEFAULT_OPTIONS
from sentry_sdk.scope import Scope
from sentry_sdk.transport import Transport as Official

from rookery.adapters.conversions import converted, converted_item, set_in
from rookery.dsn import Dsn
from rookery.options import environ
from rookery.transport.build import build_transport
from rookery.transport.guard import is_delivering, mark_also

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from rookery.transport.contract import Choice, Transport

    Pending = Callable[[int, float], object]
SOON = 0.1
"""Seconds of waiting that nobody has to be told of; sentry-sdk's own."""


class Deaf(NonRecordingClient):
    """The client of a context in which a transport works: it takes everything, and keeps nothing."""

    def __init__(self) -> None:
        options = {"before_breadcrumb": lambda *_: None, "max_breadcrumbs": sys.maxsize}
        super().__init__({**DEFAULT_OPTIONS, **options})

    def is_active(self) -> bool:
        """False where the program itself runs amid a delivery: then its own client is asked."""
        return is_delivering()


DEAF = Scope()
DEAF.set_client(Deaf())


def stop_its_ears() -> None:
    """In this context, have sentry-sdk hear nothing."""
    Scope.set_current_scope(DEAF)


class Carried(Official):
    """sentry-sdk's side of it; a subclass says by what it is carried."""

    choice: Choice = None
    settings: Mapping[str, Any]

    def __init__(self, options: dict[str, Any]) -> None:
        super().__init__(options)
        given = {**set_in(options, self.settings), **self.settings}
        dsn = Dsn.parse(str(options["dsn"]))
        self.carrier: Transport = build_transport(
            dsn, self.choice, arguments=given, environ=environ()
        )
        mark_also(stop_its_ears)

    def capture_envelope(self, envelope: Any) -> None:
        """Hand it over."""
        self.carrier.submit(converted(envelope))

    def flush(self, timeout: float, callback: Pending | None = None) -> None:
        """Wait; ``callback(pending, timeout)`` is told if that takes longer than a moment."""
        deadline = monotonic() + timeout
        if self.carrier.flush(min(SOON, timeout)):
            return
        if callback is not None:
            callback(self.carrier.stats.pending, timeout)
        self.carrier.flush(max(0.0, deadline - monotonic()))

    def kill(self) -> None:
        """Give up what is left. A second time, from the destructor, it is harmless."""
        carrier = getattr(self, "carrier", None)  # none if it could not be built
        if carrier is not None:
            carrier.kill()

    def record_lost_event(
        self,
        reason: str,
        data_category: Any = None,
        item: Any = None,
        *,
        quantity: int = 1,
    ) -> None:
        """For the next client report. An item says itself what it counts as, and how much."""
        lost = [(data_category, quantity)] if item is None else converted_item(item).quantities
        for category, count in lost:
            self.carrier.record_lost_event(reason, category, count)

    def is_healthy(self) -> bool:
        """Whether there is room for more."""
        return self.carrier.is_healthy()


def carried_by(choice: Choice, settings: Mapping[str, Any]) -> type[Carried]:
    """The class that sentry-sdk makes its transport of."""
    return type("Carried", (Carried,), {"choice": choice, "settings": dict(settings)})
