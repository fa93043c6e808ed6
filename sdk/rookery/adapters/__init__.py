"""Rookery's transports in the hands of other SDKs. A module of its own for each, loaded when asked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rookery.errors import MissingExtra

if TYPE_CHECKING:
    from rookery.transport.contract import Choice


def sentry_sdk(transport: Choice = None, **settings: Any) -> type[Any]:
    """What ``sentry_sdk.init(transport=...)`` takes, to send through a transport of Rookery's.

    ``transport`` and ``settings`` are those of :func:`rookery.init`. Of the options of
    ``sentry_sdk.init`` the DSN counts, and those of its own transport that are set. What cannot be
    is raised by ``sentry_sdk.init``.
    """
    try:
        from rookery.adapters.official import carried_by
    except ModuleNotFoundError as error:
        if error.name != "sentry_sdk":
            raise
        raise MissingExtra(
            "this adapter needs the module 'sentry_sdk', which is not installed:"
            " pip install 'rookery[sentry-sdk]'"
        ) from None
    return carried_by(transport, settings)
