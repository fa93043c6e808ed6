"""What the program makes of events before ``before_send`` (protocol: pipeline, hooks).

Rule 1: error processors run first, for events of an exception; then those of the scopes, least
        specific first; then those of the process; each group in the order of registration.
Rule 2: one that returns None, or raises, drops the event.
Rule 3: what is captured inside one is ignored.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol, cast

from rookery.event.plain import WHOLE, plain
from rookery.harmless import tell
from rookery.transport.guard import unheard

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from rookery.types import Event, EventProcessor, ExcInfo, Hint

    ErrorProcessor = Callable[[Event, ExcInfo], Event | None]


class HasProcessors(Protocol):
    """A scope, as far as it is needed here."""

    _event_processors: list[EventProcessor]
    _error_processors: list[tuple[ErrorProcessor, type[BaseException]]]


_of_the_process: list[EventProcessor] = []


def add_global_event_processor(processor: EventProcessor) -> None:
    """Have ``processor(event, hint)`` called for every event of the process, after the scopes'."""
    _of_the_process.append(processor)


def processed(event: Event, hint: Hint, scopes: Sequence[HasProcessors]) -> Event | None:
    """What all of them make of the event, in plain JSON types; None if one drops it."""
    steps = list(_steps(hint, scopes))
    kept: Event | None = event
    for function, told in steps:
        try:
            kept = unheard(function, kept, told)
        except Exception:  # noqa: BLE001  # the host's code
            tell("an event processor failed; the event is dropped")
            return None
        if not isinstance(kept, dict):
            return None
    return cast("Event", plain(kept, WHOLE)) if steps else event


def _steps(
    hint: Hint, scopes: Sequence[HasProcessors]
) -> Iterator[tuple[Callable[[Any, Any], Any], Any]]:
    raised = hint.get("exc_info")
    error = raised[1] if raised else None
    if error is not None:
        for scope in scopes:
            for function, kind in scope._error_processors:  # noqa: SLF001  # of our own family
                if isinstance(error, kind):
                    yield function, raised
    for scope in scopes:
        yield from ((function, hint) for function in scope._event_processors)  # noqa: SLF001
    yield from ((function, hint) for function in _of_the_process)
