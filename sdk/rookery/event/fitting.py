"""Values where the protocol wants something narrower than JSON: fitted, so that none is refused.

Rule 1: a server that finds a value of the wrong kind takes the field away. So text is made text, a
        bare value becomes a table of one entry, and what cannot be fitted goes by another name.
Rule 2: what is right already is handed on untouched.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from rookery.event.text import safe_str

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

LEVELS = ("fatal", "critical", "error", "warning", "info", "debug", "log")
CRUMB_TEXTS = ("type", "category", "message", "event_id", "origin")
CRUMB_FIELDS = frozenset((*CRUMB_TEXTS, "timestamp", "level", "data"))
USER_TEXTS = ("id", "username", "email", "name", "ip_address")
"""What a user is known by is text, though programs have numbers (protocol: user)."""
BARE_USER_FIELDS = frozenset((*USER_TEXTS, "data"))
USER_FIELDS = BARE_USER_FIELDS | {"geo"}
PLACE_FIELDS = frozenset(("city", "country_code", "region", "subdivision"))
SYSTEM_TEXTS = ("type", "name", "version", "build", "kernel_version", "raw_description")
CONTEXT_TEXTS = {name: (*SYSTEM_TEXTS, name) for name in ("os", "runtime", "browser")}
"""Fields that are text, though programs have numbers: ``{"version": 3.11}`` (protocol: contexts)."""
HEX = frozenset("0123456789abcdefABCDEF")


def level(value: object, otherwise: str) -> Any:
    """One of the five levels, or an old name of one."""
    return value if isinstance(value, str) and value in LEVELS else otherwise


def tag_name(key: object) -> str:
    """Letters, digits, blanks and ``_.:-`` (protocol: tags); other characters become ``_``."""
    name = key if type(key) is str else safe_str(key)
    if name.isascii() and name.isidentifier():
        return name
    return "".join(map(_in_a_name, name)).strip()


def _in_a_name(character: str) -> str:
    is_right = character.isascii() and (character.isalnum() or character in " _.:-")
    return character if is_right else "_"


def table(value: Any) -> Any:
    """A mapping as it is; any other value as the one entry of a mapping."""
    return value if isinstance(value, dict) else {"value": value}


def contexts(told: Any) -> dict[str, Any]:
    """Every context is a table, and its type is text; a trace that is none is left out."""
    fitting = {name or "context": table(value) for name, value in table(told).items()}
    for name, context in fitting.items():
        for field in CONTEXT_TEXTS.get(name, ("type",)):
            if not isinstance(context.get(field, ""), str):
                context[field] = safe_str(context[field])
    if "trace" in fitting and not _is_trace(fitting["trace"]):
        del fitting["trace"]
    return fitting


def _is_trace(context: dict[str, Any]) -> bool:
    sizes = (("trace_id", 32), ("span_id", 16))
    return all(_is_hex(context.get(name), size) for name, size in sizes)


def _is_hex(value: object, size: int) -> bool:
    return isinstance(value, str) and len(value) == size and HEX.issuperset(value)


def user(told: Any) -> dict[str, Any]:
    """Who a user is: a bare value is an id, and an address that is none is data."""
    if not isinstance(told, dict):
        told = {"id": told}
    fitting = {
        key: safe_str(value) if key in USER_TEXTS else value
        for key, value in told.items()
        if value is not None
    }
    address = fitting.get("ip_address")
    if address is not None and not _is_address(address):
        fitting["address"] = fitting.pop("ip_address")
    return _with_data(fitting, USER_FIELDS if _is_place(fitting.get("geo")) else BARE_USER_FIELDS)


def _is_place(told: Any) -> bool:
    return isinstance(told, dict) and PLACE_FIELDS.issuperset(told)


def _with_data(told: dict[str, Any], fields: frozenset[str]) -> dict[str, Any]:
    """What the protocol has no field for goes into ``data``, as the server would have it."""
    others = {name: value for name, value in told.items() if name not in fields}
    for name in others:
        del told[name]
    own = told.get("data")
    if others or own is not None:
        told["data"] = {**table({} if own is None else own), **others}
    return told


def _is_address(text: str) -> bool:
    import socket  # every transport has loaded it

    if text == "{{auto}}":
        return True
    for family in (socket.AF_INET, socket.AF_INET6):
        try:
            socket.inet_pton(family, text)
        except (OSError, ValueError):
            continue
        return True
    return False


def _is_moment(value: object) -> bool:
    """Seconds of the years that a server takes, or what begins like a date of RFC 3339."""
    if isinstance(value, str):
        return value[:4].isdigit() and value[4:5] == "-" and value[10:11] in ("T", " ")
    return type(value) in (int, float) and 0 <= value < 253402300800  # type: ignore[operator]


def crumb(told: dict[str, Any]) -> dict[str, Any]:
    """A breadcrumb in the types of its fields."""
    for name in CRUMB_TEXTS:
        if name in told and not isinstance(told[name], str):
            told[name] = safe_str(told[name])
    if "level" in told:
        told["level"] = level(told["level"], "info")
    if not _is_moment(told.get("timestamp")):
        told["timestamp"] = time.time()
    return (
        told
        if CRUMB_FIELDS.issuperset(told) and "data" not in told
        else _with_data(told, CRUMB_FIELDS)
    )


def tags(told: Any) -> Any:
    """The tags of a ready-made event, without those that say nothing."""
    pairs = told.items() if isinstance(told, dict) else _pairs(told)
    named = (
        (tag_name(key)[:32], safe_str(value)[:200]) for key, value in pairs if value is not None
    )
    return {name: value.replace("\n", " ") for name, value in named if name and value.strip()}


def _pairs(told: Any) -> list[tuple[Any, Any]]:
    entries = told if isinstance(told, list) else []
    return [(e[0], e[1]) for e in entries if isinstance(e, list) and len(e) == 2]


def _crumbs(told: Any) -> dict[str, Any]:
    return {"values": [crumb(entry) for entry in _entries(told)]}


def exceptions(told: Any) -> Any:
    """Exceptions of which something is told; None if there are none."""
    named = [entry for entry in _entries(told) if entry.get("type") or entry.get("value")]
    return _with_frames(named)


def threads(told: Any) -> Any:
    """Threads; None if there are none."""
    return _with_frames(_entries(told))


def _entries(told: Any) -> list[dict[str, Any]]:
    values = told.get("values") if isinstance(told, dict) else told
    return [e for e in values if isinstance(e, dict)] if isinstance(values, list) else []


def _with_frames(entries: list[dict[str, Any]]) -> Any:
    """The entries, whose stacks have frames and nothing else among them."""
    for entry in entries:
        stack = entry.get("stacktrace")
        if isinstance(stack, dict) and isinstance(stack.get("frames"), list):
            stack["frames"] = [frame for frame in stack["frames"] if isinstance(frame, dict)]
        else:
            entry.pop("stacktrace", None)
    return {"values": entries} if entries else None


def texts(told: Any) -> list[str]:
    """A list of texts, as a fingerprint is one."""
    return [safe_str(part) for part in (told if isinstance(told, list) else [told])]


def request(told: Any) -> Any:
    """A request; the header ``Cookie`` as it came is told as pairs, which the schema asks for."""
    if isinstance(told, dict) and isinstance(told.get("cookies"), str):
        parts = (part.strip().partition("=") for part in told["cookies"].split(";"))
        told["cookies"] = [[name, value] for name, _, value in parts if name]
    return told


FIELDS: Mapping[str, Callable[[Any], Any]] = {
    "tags": tags,
    "extra": table,
    "contexts": contexts,
    "user": user,
    "breadcrumbs": _crumbs,
    "exception": exceptions,
    "threads": threads,
    "fingerprint": texts,
    "request": request,
    "level": lambda value: level(value, "error"),
    **dict.fromkeys(
        ("transaction", "release", "environment", "server_name", "dist", "logger"), safe_str
    ),
}


def given(event: dict[str, Any]) -> dict[str, Any]:
    """A ready-made event whose fields are of the right kind; those that are None are not there."""
    fitting = {name: value for name, value in event.items() if value is not None}
    for name in FIELDS.keys() & fitting.keys():
        fitting[name] = FIELDS[name](fitting[name])
        if fitting[name] is None:
            del fitting[name]
    return fitting
