"""The events that a program captured, for tests to look at."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, overload

if TYPE_CHECKING:
    from rookery.envelope import Envelope

Event = Mapping[str, Any]


class CapturedEvents(Sequence[Event]):
    """Events as the server would have received them, oldest first; grows as more are captured.

    ``transport`` is a ``memory`` transport.
    """

    def __init__(self, transport: Any) -> None:
        self.transport = transport

    @property
    def envelopes(self) -> list[Envelope]:
        """What else was sent: attachments, client reports, and the headers around them."""
        return list(self.transport.envelopes)

    def clear(self) -> None:
        """Forget what was captured so far."""
        self.transport.clear()

    def __len__(self) -> int:
        return len(self.transport.events)

    @overload
    def __getitem__(self, index: int) -> Event: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Event]: ...
    def __getitem__(self, index: int | slice) -> Event | Sequence[Event]:
        events: list[Event] = self.transport.events
        return events[index]

    def __eq__(self, other: object) -> bool:
        return list(self) == other

    __hash__ = None  # type: ignore[assignment]  # as a list, which it compares with

    def __repr__(self) -> str:
        return f"{type(self).__name__}({list(self)!r})"
