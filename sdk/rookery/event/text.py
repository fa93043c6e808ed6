"""Text from values that may be hostile: always a ``str`` that UTF-8 can carry, never too long."""

from __future__ import annotations

from rookery.event.budget import UNREAD, TimeIsUp, ask
from rookery.event.noted import NotedText
from rookery.event.writing import BROKEN, is_endless, is_endless_text, of_repr, of_str, written

MAX_TEXT = 8192
"""Characters of a message (protocol: the server cuts ``logentry`` and exception values here)."""


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
    note = getattr(text, "note", {"len": length})
    end = max(limit, 3)
    known = {"len": note["len"]} if "len" in note else {}
    return NotedText(
        clean(text[: end - 3]) + "...", {**known, "rem": [["!limit", "x", end - 3, end]]}
    )


def safe_repr(value: object, limit: int = MAX_TEXT) -> str:
    """``repr(value)``, or what can be had of it."""
    try:
        if is_endless(value):
            return _as_far_as(limit, written(value, limit, of_repr))
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
        if is_endless_text(value):
            return _as_far_as(limit, written(value, limit, of_str))
        return clean(cut(ask(str, value), limit))
    except TimeIsUp:
        return UNREAD
    except Exception:  # noqa: BLE001  # the host's code
        return safe_repr(value, limit)


def _as_far_as(limit: int, text: str) -> str:
    """A text that was written no further than it is needed: nobody knows how long it is."""
    return clean(text if len(text) <= limit else cut(NotedText(text), limit))


class Bounded:
    """A value to be formatted, as far as it is worth reading."""

    __slots__ = ("value",)

    def __init__(self, value: object) -> None:
        self.value = value

    def __str__(self) -> str:
        """As ``str(value)``."""
        return safe_str(self.value)

    def __repr__(self) -> str:
        """As ``repr(value)``."""
        return safe_repr(self.value)


def bounded(value: object) -> object:
    """The value; of one that Python could write without an end, what writes it with one."""
    return Bounded(value) if is_endless(value) or is_endless_text(value) else value
