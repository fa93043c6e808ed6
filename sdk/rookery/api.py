"""What programs call. Each function finds the scope and the client, and adds nothing.

Capturing answers with the event's id, or None if nothing was sent. After ``init`` nothing raises.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rookery import options as declared
from rookery.client import Client
from rookery.propagation import PropagationContext, inherited_headers
from rookery.scopes import get_client, get_current_scope, get_global_scope, get_isolation_scope

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from types import TracebackType

    from typing_extensions import Self

    from rookery.client import GivenScope
    from rookery.dsn import Dsn
    from rookery.types import ExcInfo, Hint, Level


class Guard:
    """What ``init`` returns: closes the client at the end of a ``with`` block."""

    def __init__(self, client: Client) -> None:
        self.client = client

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.client.close()


def init(dsn: str | Dsn | None = None, **options: Any) -> Guard:
    """Begin to report, to ``dsn`` or ``SENTRY_DSN``; without either, do nothing and be quiet.

    Raises :class:`~rookery.errors.UnknownOption` (TypeError) for a name that nobody declares, and
    :class:`~rookery.errors.ConfigurationError` (ValueError) for a value that cannot be.
    """
    client = Client(dsn, **options)
    scope = get_global_scope()
    scope.set_client(client)
    inherited = inherited_headers(declared.environ())
    if inherited:
        scope.trace = PropagationContext.incoming(inherited, client.org_id)
    return Guard(client)


def is_initialized() -> bool:
    """Whether events are recorded here."""
    return get_client().is_active()


def capture_exception(
    error: BaseException | ExcInfo | None = None, scope: GivenScope = None, **scope_data: Any
) -> str | None:
    """Send an exception, by default the one that is being handled.

    ``scope`` is a scope, or a function that fills one; ``scope_data`` are its parts by name: user,
    level, extras, contexts, tags, fingerprint. Both hold for this event alone.
    """
    return get_client().capture_exception(error, scope, **scope_data)


def capture_message(
    message: str, level: Level | None = None, scope: GivenScope = None, **scope_data: Any
) -> str | None:
    """Send a text, at level ``info`` by default; the rest as in :func:`capture_exception`."""
    return get_client().capture_message(message, level, scope, **scope_data)


def capture_event(
    event: Mapping[str, Any],
    hint: Hint | None = None,
    scope: GivenScope = None,
    **scope_data: Any,
) -> str | None:
    """Send a ready-made event; the rest as in :func:`capture_exception`."""
    return get_client().capture_event(event, hint, scope, **scope_data)


def capture_feedback(
    message: str,
    name: str | None = None,
    email: str | None = None,
    associated_event_id: str | None = None,
    url: str | None = None,
    hint: Hint | None = None,
    scope: GivenScope = None,
    **scope_data: Any,
) -> str | None:
    """Send what a person says, of an event or of the program; ``hint["attachments"]`` go along."""
    facts = {
        "name": name,
        "contact_email": email,
        "associated_event_id": associated_event_id,
        "url": url,
    }
    return get_client().capture_feedback(message, hint, scope, facts=facts, **scope_data)


def add_breadcrumb(
    crumb: Mapping[str, Any] | None = None, hint: Hint | None = None, **more: Any
) -> None:
    """Note what happened (message, category, level, data, type), for the events that follow."""
    get_isolation_scope().add_breadcrumb(crumb, hint, **more)


def set_tag(key: str, value: object) -> None:
    """A value to search events by."""
    get_isolation_scope().set_tag(key, value)


def set_tags(tags: Mapping[str, object]) -> None:
    """Several tags at once."""
    get_isolation_scope().set_tags(tags)


def set_user(value: Mapping[str, Any] | None) -> None:
    """Who is affected: id, username, email, ip_address, and what else you like."""
    get_isolation_scope().set_user(value)


def set_extra(key: str, value: object) -> None:
    """Anything worth knowing."""
    get_isolation_scope().set_extra(key, value)


def set_context(key: str, value: Mapping[str, Any]) -> None:
    """A titled table of facts."""
    get_isolation_scope().set_context(key, value)


def set_level(value: Level | None) -> None:
    """The level of every event, whatever the event itself says."""
    get_isolation_scope().set_level(value)


def set_attribute(attribute: str, value: object) -> None:
    """A fact for logs and metrics, which have attributes as errors have tags."""
    get_isolation_scope().set_attribute(attribute, value)


def set_attributes(attributes: Mapping[str, object]) -> None:
    """Several attributes at once."""
    get_isolation_scope().set_attributes(attributes)


def remove_attribute(attribute: str) -> None:
    """Forget it, if it is there."""
    get_isolation_scope().remove_attribute(attribute)


def set_transaction_name(name: str, source: str | None = None) -> None:
    """The route, task or function that is at work; ``source`` says what kind of name it is."""
    get_current_scope().set_transaction_name(name, source)


def add_attachment(
    bytes: bytes | Callable[[], bytes] | None = None,  # noqa: A002  # sentry-sdk's own name
    filename: str | None = None,
    path: str | None = None,
    content_type: str | None = None,
    add_to_transactions: bool = False,
) -> None:
    """Have a file travel with each event: bytes, a function that returns them, or a path."""
    get_isolation_scope().add_attachment(bytes, filename, path, content_type, add_to_transactions)


def continue_trace(
    environ_or_headers: Mapping[Any, Any],
    op: str | None = None,
    name: str | None = None,
    source: str | None = None,
    origin: str | None = None,
) -> PropagationContext:
    """Join the trace that a request's headers (or its WSGI ``environ``) name, else begin one.

    Where the request is in its trace is returned: ``trace_id``, ``span_id``, ``parent_span_id`` and
    ``parent_sampled``. The other arguments are for the transaction that sentry-sdk would begin with
    it, and change nothing in this version.
    """
    return get_isolation_scope().continue_trace(environ_or_headers, op, name, source, origin)


def get_traceparent() -> str | None:
    """The header ``sentry-trace`` of a request that is made here."""
    return get_current_scope().get_traceparent()


def get_baggage() -> str | None:
    """The header ``baggage`` of a request that is made here; None if there is none to send."""
    return get_current_scope().get_baggage()


def last_event_id() -> str | None:
    """The id of the last event that was sent from here."""
    return get_isolation_scope().event_id


def flush(
    timeout: float | None = None, callback: Callable[[int, float], object] | None = None
) -> bool:
    """Wait until what was captured is settled; False if it is not after ``timeout`` seconds.

    ``timeout`` is ``shutdown_timeout`` by default. ``callback(pending, timeout)`` is called once
    if that takes longer than a moment.
    """
    return get_client().flush(timeout, callback)


async def flush_async(
    timeout: float | None = None, callback: Callable[[int, float], object] | None = None
) -> bool:
    """As :func:`flush`, for code on an event loop."""
    return await get_client().flush_async(timeout, callback)


async def close_async(timeout: float | None = None) -> bool:
    """As :func:`close`, for code on an event loop."""
    return await get_client().close_async(timeout)


def close(timeout: float | None = None) -> bool:
    """Flush, then release everything; nothing is recorded from here on."""
    return get_client().close(timeout)
