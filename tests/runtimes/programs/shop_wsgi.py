"""A shop whose orders fail: for any WSGI server."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import rookery

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import Any

rookery.init()  # SENTRY_DSN says where to, ROOKERY_TRANSPORT by which transport


def application(environ: dict[str, Any], start_response: Callable[..., object]) -> Iterable[bytes]:
    with rookery.isolation_scope() as scope:
        scope.set_tag("process", os.getpid())
        try:
            status, body = answer(environ["PATH_INFO"])
        except Exception:  # noqa: BLE001 - whatever it is, it is reported here
            rookery.capture_exception()
            status, body = "500 Internal Server Error", "sorry"
    start_response(status, [("Content-Type", "text/plain")])
    return [body.encode()]


def answer(path: str) -> tuple[str, str]:
    if path.startswith("/order/"):
        raise LookupError(path.removeprefix("/order/"))
    return "200 OK", f"welcome by {os.getpid()}"
