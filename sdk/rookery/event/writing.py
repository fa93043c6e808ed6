"""The ``repr`` of Python's own containers, in pieces, so that who has read enough can stop.

Rule 1: ``repr`` itself writes a part as often as it is met: a list of two lists of two lists, and
        so on, all the same, is endless forty levels down, and no signal interrupts it.
Rule 2: only Python's own ``repr`` is taken the place of. What the program wrote is called, once for
        each value, on the event's budget (:mod:`rookery.event.budget`).
"""

from __future__ import annotations

from collections import OrderedDict, defaultdict, deque
from types import MappingProxyType, WrapperDescriptorType
from typing import TYPE_CHECKING, Any

from rookery.event.budget import UNREAD, TimeIsUp, ask
from rookery.event.objects import Fields, shape_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    Brackets = tuple[Any, str, str]
    """A container, and what is written before and after its entries."""

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
    (MappingProxyType, "mappingproxy({", "})"),
    *((view, f"{view.__name__}([", "])") for view in _VIEWS),
)
BRACKETS: dict[Any, Brackets] = {each[0].__repr__: each for each in _KINDS}
"""By the ``repr`` that a type has: a subclass with one of its own is not in it."""


def is_endless(value: object) -> bool:
    """Whether ``repr`` is Python's own, and could write the value without an end."""
    wrote = type(value).__repr__
    return wrote in BRACKETS or (wrote is BaseException.__repr__ and _has_parts(value))


def is_endless_text(value: object) -> bool:
    """The same of ``str``."""
    kind = type(value)
    if kind in SCALARS or not isinstance(kind.__str__, WrapperDescriptorType):
        return False
    return kind.__repr__ in BRACKETS or (isinstance(value, BaseException) and _has_parts(value))


def _has_parts(error: Any) -> bool:
    return not SCALARS.issuperset(map(type, error.args))


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
    if isinstance(value, BaseException):
        return _of_arguments(value, value.args)
    if type(value) is MappingProxyType:
        return _bracketed(value, (MappingProxyType, "{", "}"), ())
    return _repr(value, ())


def _of_arguments(error: BaseException, args: tuple[Any, ...]) -> Iterator[str]:
    if len(args) != 1:
        return _repr(args, ()) if args else iter(())
    if isinstance(error, KeyError):
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
    found = BRACKETS.get(type(value).__repr__)
    return _other(value, around) if found is None else _bracketed(value, found, around)


def _bracketed(value: Any, found: Brackets, around: tuple[int, ...]) -> Iterator[str]:
    base, opened, closed = found
    if base in (set, frozenset) and not base.__len__(value):
        yield f"{base.__name__}()"
        return
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
