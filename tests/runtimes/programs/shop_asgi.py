"""A shop whose orders fail: for any ASGI server."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import rookery

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, MutableMapping

    Message = MutableMapping[str, Any]

rookery.init()  # SENTRY_DSN says where to, ROOKERY_TRANSPORT by which transport


async def application(
    scope: Message,
    receive: Callable[[], Awaitable[Message]],
    send: Callable[[Message], Awaitable[None]],
) -> None:
    if scope["type"] == "lifespan":
        await live(receive, send)
        return
    with rookery.isolation_scope() as told:
        told.set_tag("process", os.getpid())
        try:
            body = answer(scope["path"])
        except Exception:
            rookery.capture_exception()
            raise  # the server answers 500; should it log the error, that is not told again
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": body.encode()})


async def live(
    receive: Callable[[], Awaitable[Message]], send: Callable[[Message], Awaitable[None]]
) -> None:
    """Begin, and at the end send what is pending while the loop still runs."""
    await receive()
    await send({"type": "lifespan.startup.complete"})
    await receive()
    await rookery.flush_async()
    await send({"type": "lifespan.shutdown.complete"})


def answer(path: str) -> str:
    if path.startswith("/order/"):
        raise LookupError(path.removeprefix("/order/"))
    return "welcome"
