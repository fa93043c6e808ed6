"""The headers of envelopes and items: one line of JSON each, read strictly.

Whatever is wrong with one is told with the byte at which reading had to stop.
"""

from __future__ import annotations

from json import JSONDecodeError
from types import MappingProxyType
from typing import TYPE_CHECKING, cast

from rookery.errors import BadEnvelope
from rookery.wire_json import unique_decoder, well_formed

if TYPE_CHECKING:
    from collections.abc import Mapping

MAX_LENGTH = 2**32 - 1
_LF = 0x0A


def settled(headers: Mapping[str, object]) -> Mapping[str, object]:
    """A read-only copy, as it will be read back."""
    return MappingProxyType(cast("dict[str, object]", well_formed(dict(headers))))


def line_end(data: bytes, at: int) -> int:
    """Where the line ends that is read at ``at``."""
    end = data.find(b"\n", at)
    return len(data) if end < 0 else end


def payload_end(data: bytes, at: int, length: object, header_at: int) -> int:
    """Where a payload of this length ends; :class:`BadEnvelope` if it cannot."""
    if type(length) is not int or not 0 <= length <= MAX_LENGTH:
        raise BadEnvelope(f"'length' must be a whole number from 0 to {MAX_LENGTH}", header_at)
    end = at + length
    if end > len(data):
        raise BadEnvelope(f"a payload of {length} bytes ends after {len(data) - at}", len(data))
    if end < len(data) and data[end] != _LF:
        raise BadEnvelope(f"after the {length} bytes of a payload must come LF or nothing", end)
    return end


def read_header(data: bytes, at: int) -> tuple[dict[str, object], bytes, int]:
    """A header, its bytes, and where the rest begins."""
    line = data[at : line_end(data, at)]
    try:
        text = line.decode("utf-8")
    except UnicodeDecodeError as error:
        raise BadEnvelope("a header must be UTF-8", at + error.start) from None
    if not text.startswith("{"):
        raise BadEnvelope("a header must be a JSON object and begin with '{'", at)
    headers, end = _read_object(text, at)
    if end != len(text):
        raise BadEnvelope("after a header must come LF or nothing", _byte(text, end, at))
    return headers, line, min(at + len(line) + 1, len(data))


def _read_object(text: str, at: int) -> tuple[dict[str, object], int]:
    try:
        found, end = unique_decoder.raw_decode(text)
        return cast("dict[str, object]", well_formed(found)), end
    except JSONDecodeError as error:
        reason = f"a header must be JSON: {error.msg}"
        raise BadEnvelope(reason, _byte(text, error.pos, at)) from None
    except RecursionError:
        raise BadEnvelope("a header nests too deep", at) from None
    except ValueError as error:
        raise BadEnvelope(f"a header must be JSON: {error}", at) from None


def _byte(text: str, index: int, at: int) -> int:
    return at + len(text[:index].encode("utf-8"))
