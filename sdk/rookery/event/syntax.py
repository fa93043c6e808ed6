"""Where a ``SyntaxError`` is: no frame stands there, for that code has never run."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rookery.event.text import MAX_TEXT, safe_str

if TYPE_CHECKING:
    from rookery.event.frames import FrameReader


def faulty_line(error: SyntaxError, frames: FrameReader) -> dict[str, Any] | None:
    """A frame for the line that Python could not read, as Python itself prints it last.

    Without a function, for there is none. None if the error does not say where it is.
    """
    path, lineno = error.filename, error.lineno
    if not isinstance(path, str) or type(lineno) is not int or lineno < 1:
        return None
    told = frames.where(path, None, lineno, {})
    if type(error.offset) is int and error.offset > 0:
        told["colno"] = error.offset
    if frames.source and isinstance(error.text, str):
        _tell_line(told, safe_str(error.text.rstrip("\r\n"), MAX_TEXT))
    return {name: value for name, value in told.items() if value is not None}


def _tell_line(told: dict[str, Any], line: str) -> None:
    """The line as it was read; what is in a file by now may be another."""
    if told.get("context_line", "").strip() != line.strip():
        told.update(context_line=line, pre_context=[], post_context=[])
