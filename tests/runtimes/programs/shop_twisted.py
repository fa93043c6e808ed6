"""A shop on Twisted whose orders fail, for ``twist web --class``."""

from __future__ import annotations

from typing import Any

from twisted.internet.defer import Deferred
from twisted.internet.threads import deferToThread
from twisted.web.resource import Resource
from twisted.web.server import NOT_DONE_YET

import rookery

rookery.init()  # SENTRY_DSN says where to, ROOKERY_TRANSPORT by which transport


class Shop(Resource):
    isLeaf = True  # noqa: N815 - Twisted's name

    def render_GET(self, request: Any) -> int:  # noqa: N802 - Twisted's name
        number = int(request.path.decode().rpartition("/")[2])
        Deferred.fromCoroutine(answer(request, number))
        return NOT_DONE_YET


async def answer(request: Any, number: int) -> None:
    """Fail, in the reactor's thread or in one of its pool."""
    if number % 2:
        fail(number)
    else:
        await deferToThread(fail, number)
    request.setResponseCode(500)
    request.finish()


def fail(number: int) -> None:
    try:
        raise LookupError(number)
    except LookupError:
        rookery.capture_exception()
