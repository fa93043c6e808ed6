"""Text from values that may be hostile: always a ``str`` that UTF-8 can carry, never too long."""

from __future__ import annotations

from rookery.event.budget import UNREAD, TimeIsUp, ask
from rookery.event.noted import NotedText

MAX_TEXT = 8192
"""Characters of a message (protocol: the server cuts ``logentry`` and exception values here)."""
BROKEN = "<broken repr>"


def clean(text: str) -> str:
    """The text with its lone surrogates written as escapes; never a type of the program's."""
    if type(text) is not str and type(text) is not NotedText:
        text = str.__str__(text)
    if text.isascii():
        return text
    try:
        text.encode()
    except UnicodeEncodeError:
        written = text.encode("utf-8", "backslashreplace").decode()
        return NotedText(written, text.note) if type(text) is NotedText else written
    return text


def cut(text: str, limit: int) -> str:
    """At most ``limit`` characters, the last three saying that there were more."""
    return text if len(text) <= limit else shortened(text, limit, len(text))


def shortened(text: str, limit: int, length: int) -> NotedText:
    """The beginning of a text that was ``length`` characters long, noted as cut (protocol: _meta)."""
    length = getattr(text, "note", {}).get("len", length)
    end = max(limit, 3)
    note = {"len": length, "rem": [["!limit", "x", end - 3, end]]}
    return NotedText(clean(text[: end - 3]) + "...", note)


def safe_repr(value: object, limit: int = MAX_TEXT) -> str:
    """``repr(value)``, or what can be had of it."""
    try:
        return clean(cut(ask(repr, value), limit))
    except TimeIsUp:
        return UNREAD
    except Exception:  # noqa: BLE001  # the host's code
        return BROKEN


def safe_str(value: object, limit: int = MAX_TEXT) -> str:
    """``str(value)``, else ``repr(value)``, else what can be had of it."""
    if type(value) is str:
        return clean(cut(value, limit))
    try:
        return clean(cut(ask(str, value), limit))
    except TimeIsUp:
        return UNREAD
    except Exception:  # noqa: BLE001  # the host's code
        return safe_repr(value, limit)
