"""What is known of the circumstances, and for how long it holds (protocol: three scopes).

Rule 1: the global scope lives as long as the process; the isolation scope as long as a request or
        a task; the current scope as long as a ``with`` block. The last two are context variables.
Rule 2: a fork is a copy: afterwards neither side sees what the other changes.
Rule 3: an event is told global, then isolation, then current, then what the call itself gave.
Rule 4: a trace belongs to the current scope that has one, else to the isolation scope; where
        OpenTelemetry has a current span, its trace it is.
"""

from __future__ import annotations

from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any

from rookery.breadcrumbs import breadcrumb, hooked
from rookery.harmless import harmless, tell
from rookery.nonrecording import NOBODY, NonRecordingClient
from rookery.propagation import PropagationContext, headers_of, meta_tags, opentelemetry_ids
from rookery.scope_data import ScopeData, apply_scopes
from rookery.transport.contract import NOTHING
from rookery.transport.guard import is_delivering, may_set_variables

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from contextlib import _GeneratorContextManager

    from rookery.client import Client
    from rookery.types import Breadcrumb, Event, ExcInfo, Hint, Level


class Scope(ScopeData):
    """What is known of the circumstances of an event, and whom it goes to."""

    def __init__(self, *, client: Client | None = None) -> None:
        super().__init__()
        self.client = client
        self.is_pushed = False
        """Begun by ``push_scope``: what ``configure_scope`` configures."""

    @staticmethod
    def get_global_scope() -> Scope:
        """See :func:`get_global_scope`."""
        return get_global_scope()

    @staticmethod
    def get_isolation_scope() -> Scope:
        """See :func:`get_isolation_scope`."""
        return get_isolation_scope()

    @staticmethod
    def get_current_scope() -> Scope:
        """See :func:`get_current_scope`."""
        return get_current_scope()

    @staticmethod
    def get_client() -> Client | NonRecordingClient:
        """See :func:`get_client`."""
        return get_client()

    @staticmethod
    def should_send_default_pii() -> bool:
        """See :func:`should_send_default_pii`."""
        return should_send_default_pii()

    @staticmethod
    def last_event_id() -> str | None:
        """The id of the last event that was sent from this isolation scope."""
        return get_isolation_scope().event_id

    def set_client(self, client: Client | None) -> None:
        """Whom events of this scope go to."""
        self.client = client

    @harmless(None)
    def add_breadcrumb(
        self, crumb: Mapping[str, Any] | None = None, hint: Hint | None = None, **more: Any
    ) -> None:
        """Note something that happened; the last ``max_breadcrumbs`` of it go with an event."""
        client = get_client()
        if is_delivering() or not client.is_active() or not (crumb or more):
            return
        self.keep_breadcrumb(client, breadcrumb({**(crumb or {}), **more}), hint)

    def keep_breadcrumb(
        self, client: Client | NonRecordingClient, crumb: Breadcrumb, hint: Hint | None
    ) -> None:
        """As :meth:`add_breadcrumb`, for a crumb in plain JSON types and an active client."""
        kept = hooked(client.options["before_breadcrumb"], crumb, hint)
        if kept is not None:
            self.keep_crumb(kept, client.options["max_breadcrumbs"])

    def capture_event(
        self,
        event: Mapping[str, Any],
        hint: Hint | None = None,
        scope: Scope | None = None,
        **given: Any,
    ) -> str | None:
        """As :func:`rookery.capture_event`, with this scope for the current one."""
        with use_scope(self):
            return get_client().capture_event(event, hint, scope, **given)

    def capture_message(
        self, message: str, level: Level | None = None, scope: Scope | None = None, **given: Any
    ) -> str | None:
        """As :func:`rookery.capture_message`, with this scope for the current one."""
        with use_scope(self):
            return get_client().capture_message(message, level, scope, **given)

    def capture_exception(
        self,
        error: BaseException | ExcInfo | None = None,
        scope: Scope | None = None,
        **given: Any,
    ) -> str | None:
        """As :func:`rookery.capture_exception`, with this scope for the current one."""
        with use_scope(self):
            return get_client().capture_exception(error, scope, **given)

    def apply_to_event(
        self,
        event: Event,
        hint: Hint,
        options: object = None,  # noqa: ARG002  # sentry-sdk's
    ) -> Event | None:
        """The event, told of this scope alone; None if one of its processors drops it."""
        from rookery.processors import processed  # loaded with the first event

        apply_scopes(event, [self])
        event.setdefault("contexts", {}).setdefault("trace", dict(trace_in_force().context))
        return processed(event, hint, [self])

    def continue_trace(
        self,
        environ_or_headers: Mapping[Any, Any],
        op: str | None = None,  # noqa: ARG002  # sentry-sdk's, for a transaction
        name: str | None = None,  # noqa: ARG002  # sentry-sdk's, for a transaction
        source: str | None = None,  # noqa: ARG002  # sentry-sdk's, for a transaction
        origin: str | None = None,  # noqa: ARG002  # sentry-sdk's, for a transaction
    ) -> PropagationContext:
        """As :func:`rookery.continue_trace`, for what is captured in this scope."""
        self.trace = _joined(environ_or_headers) or PropagationContext()
        return self.trace

    def set_new_propagation_context(self) -> None:
        """Begin a trace."""
        self.trace = PropagationContext()

    def get_trace_context(self) -> dict[str, str]:
        """What ``contexts.trace`` of an event that is captured here says."""
        return trace_in_force().context

    def get_traceparent(self) -> str | None:
        """The header ``sentry-trace`` of a request that is made here."""
        return trace_in_force().sentry_trace

    def get_baggage(self) -> str | None:
        """The header ``baggage`` of a request that is made here; None if there is none to send."""
        client = get_client()
        return headers_of(trace_in_force(), client.trace_facts).get("baggage")

    @harmless(NOTHING)
    def propagation_headers(self, url: str | None = None) -> Mapping[str, str]:
        """What a request to ``url`` has to carry, by name; nothing if that is no target."""
        client = get_client()
        if not client.is_active() or not client.tells_trace_to(url):
            return NOTHING
        both = client.options["propagate_traceparent"]
        return headers_of(trace_in_force(), client.trace_facts, traceparent=both)

    def iter_trace_propagation_headers(self) -> Iterator[tuple[str, str]]:
        """The same for any target, one by one."""
        return iter(self.propagation_headers().items())

    def trace_propagation_meta(self) -> str:
        """The same as HTML, for a page whose own requests are to join the trace."""
        return meta_tags(self.propagation_headers())


@harmless(None)
def _joined(headers: Mapping[Any, Any]) -> PropagationContext:
    client = get_client()
    strict = client.options["strict_trace_continuation"]
    return PropagationContext.incoming(headers, client.org_id, strict=strict)


_global = Scope()
_isolation: ContextVar[Scope | None] = ContextVar("rookery_isolation_scope", default=None)
_current: ContextVar[Scope | None] = ContextVar("rookery_current_scope", default=None)


def get_global_scope() -> Scope:
    """What holds for the whole process."""
    return _global


def get_isolation_scope() -> Scope:
    """What holds for this request, task or thread; begun if there is none."""
    return _isolation.get() or _begun(_isolation)


def get_current_scope() -> Scope:
    """What holds for this block; begun if there is none."""
    return _current.get() or _begun(_current)


def _begun(kind: ContextVar[Scope | None]) -> Scope:
    scope = Scope()
    if may_set_variables():
        kind.set(scope)
    return scope


def use_scope(scope: Scope) -> _GeneratorContextManager[Scope]:
    """A block with this current scope."""
    return _block(_current, lambda: scope)


def new_scope() -> _GeneratorContextManager[Scope]:
    """A block with a current scope of its own, a fork of the one around it."""
    return _block(_current, lambda: get_current_scope().fork())


@contextmanager
def use_isolation_scope(isolation_scope: Scope) -> Iterator[Scope]:
    """A request or task with this isolation scope, and a fork of the current one."""
    with new_scope(), _block(_isolation, lambda: isolation_scope) as scope:
        yield scope


@contextmanager
def isolation_scope() -> Iterator[Scope]:
    """A request or task with an isolation scope and a current scope of its own, both forks."""
    with use_isolation_scope(get_isolation_scope().fork()) as scope:
        yield scope


@contextmanager
def _block(kind: ContextVar[Scope | None], begin: Callable[[], Scope]) -> Iterator[Scope]:
    scope = begin()
    token = kind.set(scope)
    try:
        yield scope
    finally:
        try:
            kind.reset(token)
        except ValueError:  # ended in another context (a generator may be), where it never began
            tell("a scope ended in another context than it began in")


Carried = tuple["Scope | None", "Scope | None"]
"""An isolation scope and a current scope; None where one has not begun."""


def forked_scopes() -> Carried:
    """Forks of the scopes here, for the thread, task or job that is about to begin."""
    isolation, current = _isolation.get(), _current.get()
    return isolation and isolation.fork(), current and current.fork()


def swap_scopes(carried: Carried) -> Carried:
    """Go on with these scopes in this context; what was in force until now."""
    before = _isolation.get(), _current.get()
    _isolation.set(carried[0])
    _current.set(carried[1])
    return before


def scopes_in_force() -> list[Scope]:
    """The scopes that an event is told of here, least specific first; none is begun for it."""
    isolation, current = _isolation.get(), _current.get()
    if isolation is current:  # an event may be captured on the isolation scope itself
        current = None
    return [scope for scope in (_global, isolation, current) if scope is not None]


def get_client() -> Client | NonRecordingClient:
    """The client of the most specific scope that has an active one; never None."""
    for scope in (_current.get(), _isolation.get(), _global):
        if scope is not None and scope.client is not None and scope.client.is_active():
            return scope.client
    return NOBODY


def should_send_default_pii() -> bool:
    """Whether the program wants to tell what identifies a person (option ``send_default_pii``)."""
    return bool(get_client().options["send_default_pii"])


def trace_in_force() -> PropagationContext:
    """The trace that an event or a request belongs to here; begun if there is none."""
    current, isolation = _current.get(), get_isolation_scope()
    trace = (current and current.trace) or isolation.trace
    if trace is None:
        trace = isolation.trace = _global.trace.sibling() if _global.trace else PropagationContext()
    ids = opentelemetry_ids()
    return trace if ids is None else trace.at(*ids)
