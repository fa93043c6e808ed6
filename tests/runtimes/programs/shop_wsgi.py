"""A shop whose orders fail: for any WSGI server."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import rookery

if TYPE_CHECKING:
    from collections.abc import Iterable
    from wsgiref.types import StartResponse, WSGIEnvironment

rookery.init()  # SENTRY_DSN says where to, ROOKERY_TRANSPORT by which transport


def application(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    with rookery.isolation_scope() as scope:
        scope.set_tag("process", os.getpid())
        try:
            body = answer(environ["PATH_INFO"])
        except Exception:
            rookery.capture_exception()
            raise  # the server answers 500; should it log the error, that is not told again
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [body.encode()]


def answer(path: str) -> str:
    if path.startswith("/order/"):
        raise LookupError(path.removeprefix("/order/"))
    return str(os.getpid())
