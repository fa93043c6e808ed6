"""Rookery reports errors to any Sentry-compatible server, by a transport that you choose.

The names are loaded when they are first used (PEP 562): importing costs next to nothing.
"""

TYPE_CHECKING = False  # `typing` alone would cost more than all the rest
if TYPE_CHECKING:
    from rookery.api import (
        Guard,
        add_attachment,
        add_breadcrumb,
        capture_event,
        capture_exception,
        capture_feedback,
        capture_message,
        close,
        close_async,
        continue_trace,
        flush,
        flush_async,
        get_baggage,
        get_traceparent,
        init,
        is_initialized,
        last_event_id,
        remove_attribute,
        set_attribute,
        set_attributes,
        set_context,
        set_extra,
        set_level,
        set_tag,
        set_tags,
        set_transaction_name,
        set_user,
    )
    from rookery.attachments import Attachment
    from rookery.client import Client
    from rookery.dsn import Dsn
    from rookery.envelope import Envelope, Item, PayloadRef, parse_json
    from rookery.feature_flags import add_feature_flag
    from rookery.hub import Hub, configure_scope, push_scope
    from rookery.nonrecording import NonRecordingClient
    from rookery.processors import add_global_event_processor
    from rookery.scopes import (
        Scope,
        get_client,
        get_current_scope,
        get_global_scope,
        get_isolation_scope,
        isolation_scope,
        new_scope,
        should_send_default_pii,
        use_isolation_scope,
        use_scope,
    )
    from rookery.transport.contract import Transport
    from rookery.version import VERSION

__all__ = [
    "VERSION",
    "Attachment",
    "Client",
    "Dsn",
    "Envelope",
    "Guard",
    "Hub",
    "Item",
    "NonRecordingClient",
    "PayloadRef",
    "Scope",
    "Transport",
    "add_attachment",
    "add_breadcrumb",
    "add_feature_flag",
    "add_global_event_processor",
    "capture_event",
    "capture_exception",
    "capture_feedback",
    "capture_message",
    "close",
    "close_async",
    "configure_scope",
    "continue_trace",
    "flush",
    "flush_async",
    "get_baggage",
    "get_client",
    "get_current_scope",
    "get_global_scope",
    "get_isolation_scope",
    "get_traceparent",
    "init",
    "is_initialized",
    "isolation_scope",
    "last_event_id",
    "new_scope",
    "parse_json",
    "push_scope",
    "remove_attribute",
    "set_attribute",
    "set_attributes",
    "set_context",
    "set_extra",
    "set_level",
    "set_tag",
    "set_tags",
    "set_transaction_name",
    "set_user",
    "should_send_default_pii",
    "use_isolation_scope",
    "use_scope",
]

_ELSEWHERE = {
    "rookery.attachments": ("Attachment",),
    "rookery.client": ("Client",),
    "rookery.dsn": ("Dsn",),
    "rookery.envelope": ("Envelope", "Item", "PayloadRef", "parse_json"),
    "rookery.feature_flags": ("add_feature_flag",),
    "rookery.hub": ("Hub", "configure_scope", "push_scope"),
    "rookery.processors": ("add_global_event_processor",),
    "rookery.nonrecording": ("NonRecordingClient",),
    "rookery.scopes": (
        "Scope",
        "get_client",
        "get_current_scope",
        "get_global_scope",
        "get_isolation_scope",
        "isolation_scope",
        "new_scope",
        "should_send_default_pii",
        "use_isolation_scope",
        "use_scope",
    ),
    "rookery.transport.contract": ("Transport",),
    "rookery.version": ("VERSION",),
}
_PARTS = "api attachments client envelope hub integrations scope scrubber transport types".split()
"""What sentry-sdk has as attributes without a further import."""
_HOME = dict.fromkeys(__all__, "rookery.api")
_HOME.update({name: module for module, names in _ELSEWHERE.items() for name in names})


def __getattr__(name: str) -> object:
    if name not in _HOME and name not in _PARTS:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    if name in _PARTS:
        return import_module(f"{__name__}.{name}")
    home = import_module(_HOME[name])
    # All of its names at once: nothing can be imported any more when the interpreter shuts down.
    globals().update({each: getattr(home, each) for each in __all__ if _HOME[each] == _HOME[name]})
    return globals()[name]


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
