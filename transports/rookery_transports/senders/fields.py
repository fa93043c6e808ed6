"""What the lines of an answer's head say (RFC 9112, sections 4 to 6 and 9), as http.client has it."""

from __future__ import annotations

from http.client import BadStatusLine, RemoteDisconnected, UnknownProtocol
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

OLD = ("HTTP/1.0", "HTTP/0.9")
WITHOUT_BODY = (204, 304)


def status_of(line: str) -> tuple[int, int, str]:
    """Version (10 or 11), status and reason of the first line."""
    if not line:
        raise RemoteDisconnected("Remote end closed connection without response")
    version, status, reason = [*line.split(None, 2), "", "", ""][:3]
    if not (version.startswith("HTTP/") and status.isdecimal() and 100 <= int(status) <= 999):
        raise BadStatusLine(line)
    if not version.startswith("HTTP/1.") and version not in OLD:
        raise UnknownProtocol(version)
    return 10 if version in OLD else 11, int(status), reason.strip()


def joined(fields: Iterator[str]) -> dict[str, str]:
    """Values by name; the same name twice is one list (RFC 9110, section 5.3)."""
    told: dict[str, str] = {}
    for field in fields:
        name, _, value = field.partition(":")
        key, value = name.lower(), value.strip()
        told[key] = f"{told[key]}, {value}" if key in told else value
    return told


def length_of(status: int, fields: Mapping[str, str]) -> int | None:
    """Bytes of the body; None if it ends with the connection."""
    if status in WITHOUT_BODY or status < 200:
        return 0
    said = fields.get("content-length", "").partition(",")[0]
    return int(said) if said.isdecimal() else None


def is_last(version: int, fields: Mapping[str, str]) -> bool:
    """Whether the connection ends with this answer; one with two lengths is not to be trusted."""
    wish = fields.get("connection", "").lower()
    if "," in fields.get("content-length", ""):
        return True
    return "close" in wish if version == 11 else "keep-alive" not in wish
