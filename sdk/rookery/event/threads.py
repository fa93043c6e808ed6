"""The thread that an event comes from (protocol: threads).

Nothing is asked that takes a lock or makes a thread known that was not: an event may be captured
while :mod:`threading` holds its own.
"""

from __future__ import annotations

import sys
from _thread import get_ident
from typing import TYPE_CHECKING, Any

from rookery.event.text import safe_str

if TYPE_CHECKING:
    from types import FrameType

    from rookery.event.frames import FrameReader

LOGGING = "logging"


def thread_now() -> dict[str, Any]:
    """This thread: its number, its name if it has one, whether it is the main one."""
    number = get_ident()
    told: dict[str, Any] = {"id": number, "current": True}
    threading: Any = sys.modules.get("threading")  # without it there is one thread
    known = getattr(threading, "_active", {}).get(number)
    if known is not None:
        told["name"] = safe_str(known.name, 256)
    told["main"] = threading is None or threading.main_thread().ident == number
    return told


def stopped_here(frames: FrameReader) -> dict[str, Any]:
    """This thread, and its stack down to whoever called the SDK: it goes on."""
    told = {**thread_now(), "crashed": False}
    stack = frames.read_stack(program_frame(sys._getframe(1))).frames  # noqa: SLF001  # no public way
    if stack:
        told["stacktrace"] = {"frames": stack}
    return told


def crashed() -> dict[str, Any] | None:
    """This thread, ended by an exception; None if it is the main one.

    The stack is the exception's, and is not repeated (protocol: threads).
    """
    told = {**thread_now(), "crashed": True}
    return None if told["main"] else told


def program_frame(frame: FrameType | None) -> FrameType | None:
    """The innermost call that is neither the SDK's nor that of :mod:`logging` on its behalf."""
    while frame is not None:
        module = frame.f_globals.get("__name__")
        ours = isinstance(module, str) and module.split(".")[0] in {"rookery", LOGGING}
        if not ours:
            return frame
        frame = frame.f_back
    return None
