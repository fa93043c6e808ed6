"""A shop that seals what it says, and whose first error is found when it closes: for any WSGI server.

It loads OpenSSL when the first customer comes.
"""

from __future__ import annotations

import atexit
import os
from typing import TYPE_CHECKING

import rookery

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import Any

rookery.init()  # SENTRY_DSN says where to, ROOKERY_TRANSPORT by which transport


@atexit.register
def close() -> None:
    rookery.capture_exception(LookupError(f"the key of {os.getpid()}"))


def application(environ: dict[str, Any], start_response: Callable[..., object]) -> Iterable[bytes]:
    import hashlib
    import ssl

    start_response("200 OK", [("Content-Type", "text/plain")])
    hashlib.new("sha512", environ["PATH_INFO"].encode() + ssl.RAND_bytes(8)).hexdigest()
    return [f"sealed by {os.getpid()}".encode()]
