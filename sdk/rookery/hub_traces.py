"""What hubs had for traces: each does what the scopes of the hub do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from rookery.scopes import get_current_scope, get_isolation_scope

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from contextlib import AbstractContextManager

    from rookery.propagation import PropagationContext


class _Hub(Protocol):
    def _here(self) -> AbstractContextManager[None]: ...


class HubTraces:
    """The part of a hub that tells which trace it belongs to."""

    def continue_trace(
        self: _Hub,
        environ_or_headers: Mapping[Any, Any],
        op: str | None = None,
        name: str | None = None,
        source: str | None = None,
    ) -> PropagationContext:
        """See :func:`rookery.continue_trace`."""
        with self._here():
            return get_isolation_scope().continue_trace(environ_or_headers, op, name, source)

    def get_traceparent(self: _Hub) -> str | None:
        """See :func:`rookery.get_traceparent`."""
        with self._here():
            return get_current_scope().get_traceparent()

    def get_baggage(self: _Hub) -> str | None:
        """See :func:`rookery.get_baggage`."""
        with self._here():
            return get_current_scope().get_baggage()

    def iter_trace_propagation_headers(self: _Hub) -> Iterator[tuple[str, str]]:
        """See :meth:`rookery.Scope.iter_trace_propagation_headers`."""
        with self._here():
            return get_current_scope().iter_trace_propagation_headers()

    def trace_propagation_meta(self: _Hub) -> str:
        """See :meth:`rookery.Scope.trace_propagation_meta`."""
        with self._here():
            return get_current_scope().trace_propagation_meta()
