"""A request, as the scripted server received it."""

from __future__ import annotations

import gzip
import zlib
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlsplit

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable, Mapping

    from rookery.envelope import Envelope
    from rookery.testing.http1 import Headers


@dataclass(frozen=True)
class RecordedRequest:
    """One request. ``body`` is as it came; ``decoded`` is without its ``Content-Encoding``."""

    method: str
    target: str
    headers: Headers
    body: bytes
    connection: int = 0
    """Which connection it came on, counted from 1."""
    client_certificate: Mapping[str, Any] | None = None
    """The client's certificate as :meth:`ssl.SSLSocket.getpeercert` gives it."""

    @property
    def path(self) -> str:
        return urlsplit(self.target).path

    @property
    def query(self) -> dict[str, str]:
        return dict(parse_qsl(urlsplit(self.target).query, keep_blank_values=True))

    @property
    def auth(self) -> dict[str, str]:
        """The pairs of ``X-Sentry-Auth`` (protocol: auth header); empty if it is not one."""
        kind, _, pairs = self.headers.get("X-Sentry-Auth", "").partition(" ")
        if kind != "Sentry":
            return {}
        return {k: v for k, _, v in (pair.strip().partition("=") for pair in pairs.split(","))}

    @cached_property
    def decoded(self) -> bytes:
        """The body without its encodings. Raises ``KeyError`` for one that nobody knows."""
        body = self.body
        codings = self.headers.get("Content-Encoding", "identity").lower().split(",")
        for coding in reversed(codings):
            body = DECODERS[coding.strip()](body)
        return body

    @cached_property
    def envelope(self) -> Envelope:
        """The envelope in the body. Raises :class:`~rookery.errors.BadEnvelope`."""
        from rookery.envelope import Envelope

        return Envelope.parse(self.decoded)


def client_certificate(connection: socket.socket) -> Mapping[str, Any] | None:
    """The certificate that the other side showed; None without TLS, and if it showed none."""
    getpeercert = getattr(connection, "getpeercert", None)
    return getpeercert() or None if getpeercert else None


def _brotli(data: bytes) -> bytes:
    import brotli  # type: ignore[import-untyped]  # it ships no types

    return bytes(brotli.decompress(data))


def _zstd(data: bytes) -> bytes:
    import zstandard

    with zstandard.ZstdDecompressor().stream_reader(data) as reader:
        return reader.read()


DECODERS: Mapping[str, Callable[[bytes], bytes]] = {
    "identity": bytes,
    "": bytes,
    "gzip": gzip.decompress,
    "x-gzip": gzip.decompress,
    "deflate": zlib.decompress,
    "br": _brotli,
    "zstd": _zstd,
}
