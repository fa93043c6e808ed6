"""The client that there is when there is none."""

from __future__ import annotations

from functools import cache
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from typing_extensions import Self

    from rookery.integrations import Integration

NOTHING: Mapping[str, Any] = MappingProxyType({})


@cache
def _defaults() -> Mapping[str, Any]:
    from rookery.options import resolve

    return MappingProxyType(resolve({}, {}).client)


class NonRecordingClient:
    """Takes everything and does nothing, so that nobody has to ask whether there is a client."""

    dsn: None = None
    transport: None = None
    org_id: None = None
    trace_facts: Mapping[str, object] = NOTHING

    @property
    def options(self) -> Mapping[str, Any]:
        """Every option as it is by default."""
        return _defaults()

    def should_send_default_pii(self) -> bool:
        """Whether what identifies a person may be told: no."""
        return False

    def tells_trace_to(self, _url: str | None) -> bool:
        """Whether a request carries our trace: no."""
        return False

    def is_active(self) -> bool:
        """Whether events are recorded: no."""
        return False

    def get_integration(self, _name_or_class: object) -> Integration | None:
        """No integration is switched on."""
        return None

    def capture_event(self, *_args: Any, **_kwargs: Any) -> str | None:
        """Nothing is captured."""
        return None

    capture_exception = capture_message = capture_feedback = capture_event

    def flush(self, *_args: Any, **_kwargs: Any) -> bool:
        """Nothing is pending."""
        return True

    close = flush

    async def flush_async(self, *_args: Any, **_kwargs: Any) -> bool:
        """Nothing is pending."""
        return True

    close_async = flush_async

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        """There is nothing to close."""


NOBODY = NonRecordingClient()
