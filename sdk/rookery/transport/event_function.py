"""A function of the program's in the place of a transport, as sentry-sdk has it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from rookery.envelope import Envelope


class EventFunction:
    """Calls the function with each event; what else travels it is not told of."""

    def __init__(self, function: Callable[[dict[str, Any]], object]) -> None:
        self.function = function

    def capture_envelope(self, envelope: Envelope) -> None:
        """Hand on the event, if there is one."""
        event = envelope.event
        if event is not None:
            self.function(dict(event))

    def flush(self, timeout: float) -> None:
        """It is done with each event when it returns."""

    def kill(self) -> None:
        """There is nothing to let go of."""
