"""From the bytes of a request to the bytes that were meant, never more than ``limit`` of them.

Rule 1: no decoder ever holds more than one chunk beyond the limit, so a bomb costs what a body of
the allowed size costs. Rule 2: a body that stops in the middle is malformed, not short.
"""

from __future__ import annotations

import base64
import binascii
import zlib
from typing import TYPE_CHECKING

import brotli  # type: ignore[import-untyped]  # it has no types
import zstandard

from rookery.inbox.refusals import bad_body, too_large

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

CHUNK = 64 * 1024
GZIP = 16 + zlib.MAX_WBITS
"""``wbits`` of a gzip member (RFC 1952)."""
ZSTD_SIP = 128
"""A block of four bytes may hold 128 KiB (RFC 8878, RLE block): a sip gives 4 MiB at most."""
RAW = -zlib.MAX_WBITS
"""``wbits`` of deflate without a wrapper: what some clients send as ``deflate``, against RFC 9110."""
ZLIB_CM, ZLIB_CHECK = 8, 31
"""A zlib header names method 8 in its low four bits, and is a multiple of 31 (RFC 1950)."""
FAULTS = (zlib.error, brotli.error, zstandard.ZstdError, binascii.Error, EOFError)


def decode(body: bytes, encoding: str, limit: int) -> bytes:
    """Undo ``Content-Encoding``; raises :class:`Refusal` (400, or 413 past ``limit`` bytes)."""
    for name in reversed(_names(encoding)):
        if name not in DECODERS:
            raise bad_body(f"content encoding {name!r} is unknown", f"known: {', '.join(DECODERS)}")
        body = _gather(name, DECODERS[name](_within(body, limit)), limit)
    return _within(body, limit)


def decode_event(body: bytes, limit: int) -> bytes:
    """Undo what ``/store/`` allows without saying so: zlib, or base64, or zlib in base64."""
    if body[:1].isspace() or body.startswith((b"{", b"[", b'"')):
        return body
    if not _is_zlib(body):
        body = _from_base64(body)
    return _gather("zlib", _zlib(body), limit) if _is_zlib(body) else body


def _names(encoding: str) -> list[str]:
    names = [name.strip().lower() for name in encoding.split(",")]
    return [name for name in names if name not in ("", "identity")]


def _within(body: bytes, limit: int) -> bytes:
    if len(body) > limit:
        raise too_large("the body", limit)
    return body


def _gather(name: str, chunks: Iterator[bytes], limit: int) -> bytes:
    whole = bytearray()
    try:
        for chunk in chunks:
            whole += chunk
            if len(whole) > limit:
                raise too_large("the decompressed body", limit)
    except FAULTS as fault:
        raise bad_body(f"the body is not {name}", str(fault)) from fault
    return bytes(whole)


def _inflate(body: bytes, wbits: int) -> Iterator[bytes]:
    """One stream after another: gzip may have several members (RFC 1952, 2.2)."""
    while body:
        stream = zlib.decompressobj(wbits)
        yield stream.decompress(body, CHUNK)
        while not stream.eof:
            chunk = stream.decompress(stream.unconsumed_tail, CHUNK)
            if not chunk and not stream.eof:
                raise EOFError("it stops in the middle")
            yield chunk
        body = stream.unused_data


def _gzip(body: bytes) -> Iterator[bytes]:
    return _inflate(body, GZIP)


def _zlib(body: bytes) -> Iterator[bytes]:
    return _inflate(body, zlib.MAX_WBITS)


def _deflate(body: bytes) -> Iterator[bytes]:
    return _inflate(body, zlib.MAX_WBITS if _is_zlib(body) else RAW)


def _brotli(body: bytes) -> Iterator[bytes]:
    stream = brotli.Decompressor()
    chunk = stream.process(body, output_buffer_limit=CHUNK)
    while chunk or not stream.can_accept_more_data():
        yield chunk
        chunk = stream.process(b"", output_buffer_limit=CHUNK)
    if body and not stream.is_finished():
        raise EOFError("it stops in the middle")


def _zstd(body: bytes) -> Iterator[bytes]:
    """One frame after another, fed in sips: the decoder takes no limit for what comes out.

    Its own stream reader does, but takes a frame that was cut off for one that has ended.
    """
    start = 0
    while start < len(body):
        stream = zstandard.ZstdDecompressor().decompressobj()
        while not stream.eof:
            sip = body[start : start + ZSTD_SIP]
            if not sip:
                raise EOFError("it stops in the middle")
            yield stream.decompress(sip)
            start += len(sip)
        start -= len(stream.unused_data)


DECODERS: dict[str, Callable[[bytes], Iterator[bytes]]] = {
    "gzip": _gzip,
    "x-gzip": _gzip,
    "deflate": _deflate,
    "br": _brotli,
    "zstd": _zstd,
}


def _is_zlib(body: bytes) -> bool:
    return (
        len(body) > 1
        and body[0] & 0x0F == ZLIB_CM
        and int.from_bytes(body[:2], "big") % ZLIB_CHECK == 0
    )


def _from_base64(body: bytes) -> bytes:
    try:
        return base64.b64decode(body, validate=True)
    except binascii.Error as fault:
        raise bad_body("the body is neither JSON nor base64", str(fault)) from fault
