"""The names of ``sentry_sdk.scope``, for programs that import them from there."""

from __future__ import annotations

from rookery.processors import add_global_event_processor
from rookery.scopes import (
    Scope,
    isolation_scope,
    new_scope,
    should_send_default_pii,
    use_isolation_scope,
    use_scope,
)

__all__ = [
    "Scope",
    "add_global_event_processor",
    "isolation_scope",
    "new_scope",
    "should_send_default_pii",
    "use_isolation_scope",
    "use_scope",
]
