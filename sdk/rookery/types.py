"""What travels through hooks and processors, for annotations. The keys are those of the protocol."""

from __future__ import annotations

from collections.abc import Callable
from types import TracebackType
from typing import TYPE_CHECKING, Any, Literal, TypedDict, Union

if TYPE_CHECKING:
    from rookery.attachments import Attachment

Level = Literal["fatal", "error", "warning", "info", "debug"]

Json = Union[None, bool, int, float, str, list["Json"], dict[str, "Json"]]
"""What strict JSON can say: floats are finite, integers fit 64 bits, text has no lone surrogate."""

ExcInfo = tuple[
    Union[type[BaseException], None], Union[BaseException, None], Union[TracebackType, None]
]


class Breadcrumb(TypedDict, total=False):
    """Something that happened before the event (protocol: breadcrumbs)."""

    timestamp: float | str
    type: str
    category: str
    message: str
    level: Level
    data: dict[str, Any]


class Event(TypedDict, total=False):
    """What happened (protocol: event payload)."""

    event_id: str
    timestamp: float | str
    platform: str
    level: Level
    logger: str
    logentry: dict[str, Any]
    exception: dict[str, list[dict[str, Any]]]
    threads: dict[str, list[dict[str, Any]]]
    breadcrumbs: dict[str, list[Breadcrumb]]
    transaction: str
    transaction_info: dict[str, str]
    server_name: str
    release: str
    dist: str
    environment: str
    tags: dict[str, str]
    extra: dict[str, Any]
    contexts: dict[str, dict[str, Any]]
    user: dict[str, Any]
    request: dict[str, Any]
    fingerprint: list[str]
    modules: dict[str, str]
    sdk: dict[str, Any]
    _meta: dict[str, Any]


class Hint(TypedDict, total=False):
    """What an event was made from; never sent."""

    exc_info: ExcInfo
    log_record: Any
    attachments: list[Attachment]


BreadcrumbHint = Hint
EventProcessor = Callable[[Event, Hint], Union[Event, None]]
"""What may change an event before it is sent; None drops it."""
