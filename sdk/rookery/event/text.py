"""Text from values that may be hostile: always a ``str`` that UTF-8 can carry, never too long.

Rule 1: Python's own containers are written in pieces, so that who has read enough can stop. ``repr``
        itself writes a part as often as it is met: a list of two lists of two lists, and so on, all
        the same, is endless forty levels down, and no signal interrupts it.
Rule 2: only Python's own ``repr`` is taken the place of. What the program wrote is called, once for
        each value, on the event's budget (:mod:`rookery.event.budget`).
"""

from __future__ import annotations

from collections import Counter, OrderedDict, UserDict, UserList, defaultdict, deque
from types import MappingProxyType, WrapperDescriptorType
from typing import TYPE_CHECKING, Any

from rookery.event.budget import UNREAD, TimeIsUp, ask
from rookery.event.noted import NotedText
from rookery.event.objects import Fields, shape_of, shape_of_text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    Brackets = tuple[Any, str, str]
    """A container, and what is written before and after its entries."""

MAX_TEXT = 8192
"""Characters of a message (protocol: the server cuts ``logentry`` and exception values here)."""
BROKEN = "<broken repr>"
DEEPEST = 50
"""Levels that are written; Python's own recursion has an end too."""
LONGEST = 10_000
"""Characters of one text; it is not read to its end either."""
SCALARS = frozenset((str, int, float, bool, complex, bytes, type(None)))
_VIEWS: tuple[Any, ...] = (type({}.keys()), type({}.values()), type({}.items()))
_KINDS: tuple[Brackets, ...] = (
    (list, "[", "]"),
    (tuple, "(", ")"),
    (dict, "{", "}"),
    (set, "{", "}"),
    (frozenset, "frozenset({", "})"),
    (deque, "deque([", "])"),
    (OrderedDict, "OrderedDict({", "})"),
    (defaultdict, "defaultdict({", "})"),
    (Counter, "Counter({", "})"),
    (MappingProxyType, "mappingproxy({", "})"),
    *((view, f"{view.__name__}([", "])") for view in _VIEWS),
)
BRACKETS: dict[Any, Brackets] = {each[0].__repr__: each for each in _KINDS}
"""By the ``repr`` that a type has: a subclass with one of its own is not in it."""
HOLDERS: frozenset[Any] = frozenset((UserDict.__repr__, UserList.__repr__))
"""What is written as the container that it holds."""


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


arguments: Callable[[BaseException], tuple[Any, ...]] = vars(BaseException)["args"].__get__
"""What an exception was made of, whatever its class makes of ``args``."""


def is_endless(value: object) -> bool:
    """Whether ``repr`` is Python's own or a library's, and could write the value without an end."""
    kind = type(value)
    if kind in SCALARS:
        return False
    wrote = kind.__repr__
    if wrote is BaseException.__repr__:
        return _has_parts(value)
    return wrote in BRACKETS or wrote in HOLDERS or shape_of(kind) is not None


def is_endless_text(value: object) -> bool:
    """The same of ``str``."""
    kind = type(value)
    if kind in SCALARS:
        return False
    is_own = isinstance(kind.__str__, WrapperDescriptorType)
    if issubclass(kind, BaseException):
        return is_own and _has_parts(value)
    wrote = kind.__repr__
    return (is_own and (wrote in BRACKETS or wrote in HOLDERS)) or shape_of_text(kind) is not None


def _has_parts(error: Any) -> bool:
    return not SCALARS.issuperset(map(type, arguments(error)))


def written(value: object, limit: int, write: Callable[[Any], Iterator[str]]) -> str:
    """What ``write`` has to say; more than ``limit`` characters if that is not all."""
    pieces: list[str] = []
    room = limit
    for piece in write(value):
        pieces.append(piece)
        room -= len(piece)
        if room < 0:
            break
    return "".join(pieces)


def of_repr(value: object) -> Iterator[str]:
    """``repr(value)``."""
    return _repr(value, ())


def of_str(value: Any) -> Iterator[str]:
    """``str(value)``: an exception says its arguments, one alone without brackets."""
    if issubclass(type(value), BaseException):
        return _of_arguments(value, arguments(value))
    if type(value) is MappingProxyType:
        return _bracketed(value, (MappingProxyType, "{", "}"), ())
    return _repr(value, ())


def _of_arguments(error: BaseException, args: tuple[Any, ...]) -> Iterator[str]:
    if len(args) != 1:
        return _repr(args, ()) if args else iter(())
    if issubclass(type(error), KeyError):
        return _repr(args[0], ())
    return of_str(args[0]) if is_endless_text(args[0]) else iter((_asked(str, args[0]),))


def _asked(words: Callable[[Any], str], value: Any) -> str:
    """What the value says of itself."""
    try:
        return ask(words, value)
    except TimeIsUp:
        return UNREAD
    except Exception:  # noqa: BLE001  # the host's code
        return BROKEN


def _repr(value: Any, around: tuple[int, ...]) -> Iterator[str]:
    """``around`` are the containers that this one is in."""
    wrote = type(value).__repr__
    found = BRACKETS.get(wrote)
    if found is not None:
        return _bracketed(value, found, around)
    held = value.__dict__.get("data") if wrote in HOLDERS else None
    if held is None:
        return _other(value, around)
    return iter(("...",)) if id(value) in around else _repr(held, (*around, id(value)))


def _bracketed(value: Any, found: Brackets, around: tuple[int, ...]) -> Iterator[str]:
    base, opened, closed = found
    if base in (set, frozenset) and not base.__len__(value):
        opened, closed = f"{base.__name__}(", ")"
    yield opened
    if id(value) in around or len(around) >= DEEPEST:
        yield "..."
    else:
        yield from _entries(value, base, (*around, id(value)))
        yield "," if base is tuple and tuple.__len__(value) == 1 else ""
    yield closed


def _entries(value: Any, base: Any, around: tuple[int, ...]) -> Iterator[str]:
    is_mapping = hasattr(base, "items")
    entries: Iterable[Any] = base.items(value) if is_mapping else base.__iter__(value)
    separator = ""
    for entry in entries:
        yield separator
        if is_mapping:
            yield from _repr(entry[0], around)
            yield ": "
        yield from _repr(entry[1] if is_mapping else entry, around)
        separator = ", "


def _other(value: Any, around: tuple[int, ...]) -> Iterator[str]:
    """An object: by its fields where Python would write them, else in its own words."""
    if type(value) in (str, bytes):
        yield repr(value[:LONGEST])
        return
    try:
        shape = None if type(value) in SCALARS else shape_of(type(value))
        found = None if shape is None else ask(shape, value)
    except Exception:  # noqa: BLE001  # the host's code, or its time is up
        found = None
    if found is None:
        found = _asked(repr, value)
    if isinstance(found, str):
        yield found
    elif id(value) in around or len(around) >= DEEPEST:
        yield "..."
    else:
        yield from _fields(found, (*around, id(value)))


def _fields(found: Fields, around: tuple[int, ...]) -> Iterator[str]:
    yield f"{found.name}("
    separator = ""
    for name, at in found.entries:
        yield f"{separator}{name}=" if name else separator
        yield from _repr(at, around)
        separator = ", "
    yield ")"


def readable_of(kind: type) -> Callable[[Any], str] | None:
    """How people write a value of this type, where they do so without its type's name."""
    return READABLE.get((str(kind.__module__).partition(".")[0], kind.__name__))


def _iso(value: Any) -> str:
    return str(value.isoformat())


READABLE: dict[tuple[str, str], Callable[[Any], str]] = {
    **{("datetime", name): _iso for name in ("datetime", "date", "time")},
    **{
        ("pathlib", f"{pure}{flavour}Path"): str
        for pure in ("", "Pure")
        for flavour in ("Posix", "Windows")
    },
    ("datetime", "timedelta"): str,
    ("decimal", "Decimal"): str,
    ("fractions", "Fraction"): str,
    ("uuid", "UUID"): str,
    **{
        ("numpy", name): str
        for name in "bool bool_ int8 int16 int32 int64 uint8 uint16 uint32 uint64 float16 float32 "
        "longdouble datetime64 timedelta64".split()
    },
    ("pandas", "Timestamp"): _iso,
    ("pandas", "Timedelta"): str,
}
"""By name, for a program that has no dates is not to load what knows them."""
