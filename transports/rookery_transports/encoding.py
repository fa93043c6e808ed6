"""From an envelope to a request: bytes, codec, headers (protocol: HTTP, request headers)."""

from __future__ import annotations

import sys
import zlib
from math import isinf
from time import gmtime, strftime, time
from typing import TYPE_CHECKING

from rookery.transport.contract import Request, Timeouts
from rookery.version import USER_AGENT

if TYPE_CHECKING:
    from collections.abc import Callable

    from rookery.dsn import Dsn
    from rookery.envelope import Envelope
    from rookery.transport.contract import Setup

GZIP_WRAPPER = 16 + zlib.MAX_WBITS


def gzip(level: int | None) -> Callable[[bytes], bytes]:
    """RFC 1952, without the time stamp that makes equal bodies differ."""
    grade = 6 if level is None else level

    if sys.version_info >= (3, 11):  # in one go: each lets go of the interpreter, and waits for it
        return lambda body: zlib.compress(body, grade, GZIP_WRAPPER)

    def compress(body: bytes) -> bytes:
        codec = zlib.compressobj(grade, zlib.DEFLATED, GZIP_WRAPPER)
        return codec.compress(body) + codec.flush()

    return compress


def br(level: int | None) -> Callable[[bytes], bytes]:
    """RFC 7932. Quality 4 where none is set: beyond it the time grows faster than the gain."""
    import brotli  # type: ignore[import-untyped]  # it ships no types

    quality = 4 if level is None else level
    return lambda body: bytes(brotli.compress(body, quality=quality))


def zstd(level: int | None) -> Callable[[bytes], bytes]:
    """RFC 8878. A compressor is made for each body: one cannot serve two threads."""
    import zstandard

    grade = 3 if level is None else level
    return lambda body: zstandard.ZstdCompressor(level=grade).compress(body)


CODECS: dict[str, Callable[[int | None], Callable[[bytes], bytes]]] = {
    "gzip": gzip,
    "br": br,
    "zstd": zstd,
}


class Encoder:
    """Settled once for a transport; makes one request of each envelope."""

    def __init__(self, setup: Setup) -> None:
        settings = setup.settings
        self.url = setup.dsn.envelope_url
        self.timeouts = settings.timeout
        self.headers = {
            "Content-Type": "application/x-sentry-envelope",
            "User-Agent": USER_AGENT,
            "X-Sentry-Auth": auth_header(setup.dsn),
        }
        self.compress: Callable[[bytes], bytes] | None = None
        if settings.compression != "none":
            self.compress = CODECS[settings.compression](settings.compression_level)
            self.headers["Content-Encoding"] = settings.compression

    def encode(self, envelope: Envelope, budget: float | None = None) -> Request:
        """The request that posts an envelope now, taking no longer than ``budget`` seconds."""
        body = envelope.with_headers(sent_at=rfc3339_now()).serialize()
        if self.compress is not None:
            body = self.compress(body)
        return Request(self.url, self.headers, body, within(self.timeouts, budget))


def auth_header(dsn: Dsn) -> str:
    """``X-Sentry-Auth`` (protocol: auth header)."""
    parts = [f"sentry_key={dsn.public_key}", "sentry_version=7", f"sentry_client={USER_AGENT}"]
    if dsn.secret_key:
        parts.append(f"sentry_secret={dsn.secret_key}")
    return "Sentry " + ", ".join(parts)


def rfc3339_now() -> str:
    """Now, in UTC, to the microsecond."""
    now = time()
    return f"{strftime('%Y-%m-%dT%H:%M:%S', gmtime(now))}.{int(now % 1 * 1e6):06}Z"


def within(timeouts: Timeouts, budget: float | None) -> Timeouts:
    """The same time-outs, none of them longer than the budget, which may be for ever."""
    if budget is None or isinf(budget):
        return timeouts
    left = max(budget, 0.001)  # zero would mean "do not wait at all" to a socket
    connect, read, total = (
        left if value is None else min(value, left)
        for value in (timeouts.connect, timeouts.read, timeouts.total)
    )
    return Timeouts(connect, read, total)
