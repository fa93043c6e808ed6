"""The walk over a value: containers, how much of them, and what is inside of itself.

Rule 1: depth, breadth, the number of values and of characters are bounded before a container is
        walked, so the cost of a value does not grow with its size.
Rule 2: only built-in containers are opened, through the built-in's own methods; of other types
        see :mod:`rookery.event.objects`. Iterating a stranger may read a file or a database.
Rule 3: what is known is looked up by exact type, in one table.
"""

from __future__ import annotations

import enum
from collections import ChainMap, Counter, OrderedDict, UserDict, UserList, defaultdict, deque
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from itertools import islice
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple

from rookery.event.budget import ask
from rookery.event.noted import TOO_MUCH, NotedDict, NotedList, NotedText, keyed, notes_of
from rookery.event.objects import fields_text, shape_of
from rookery.event.scrubbing import FILTERED, SECRETS
from rookery.event.text import clean, cut, readable_of, safe_repr, safe_str

if TYPE_CHECKING:
    from rookery.types import Json

CYCLE = "<cyclic>"
MAX_KEY = 200
SHORT = 64
"""Characters of a text once those of the whole value are spent."""
BASES: tuple[Any, ...] = (str, float, int, bytes, bytearray)


class Limits(NamedTuple):
    """How much of a value is worth telling."""

    depth: int
    """Levels of containers."""
    breadth: int
    """Entries of one container."""
    text: int
    """Characters of one string or ``repr``."""
    nodes: int
    """Values altogether."""
    room: int
    """Characters altogether."""


class Walk:
    """One walk over one value: what it may still spend, and what it is inside of."""

    __slots__ = (
        "breadth", "custom", "depth", "inside", "kinds", "left", "reprs", "room", "secrets", "text",
    )  # fmt: skip

    def __init__(
        self,
        kinds: Kinds,
        limits: Limits,
        reprs: Kinds,
        custom: Callable[[Any], Any] | None = None,
        secrets: frozenset[str] = SECRETS,
    ) -> None:
        self.kinds = kinds
        self.secrets = secrets
        """Names of fields that are not read."""
        self.reprs = reprs
        """The table of those kinds whose types have to stay visible."""
        self.custom = custom
        self.depth = limits.depth
        self.breadth = limits.breadth
        self.text = limits.text
        self.left = limits.nodes
        self.room = limits.room
        self.inside: set[int] = set()

    def describe(self, value: object, level: int = 0) -> Json:
        """The value, ``level`` containers deep."""
        return self.kinds.get(type(value), stranger)(self, value, level)

    def take(self, size: int, level: int) -> int:
        """How many entries of a container of this size to tell; they are spent."""
        wanted = min(size, self.breadth, self.left) if level < self.depth else 0
        self.left -= wanted
        return wanted

    def spend(self, told: str) -> str:
        """The text, taken from the room there is; once that is spent, texts are short."""
        self.room -= len(told)
        if self.room < 0:
            self.text = min(self.text, SHORT)
        return told

    def in_words_of_its_own(self, value: object) -> str | None:
        """What the option ``custom_repr`` says of the value, if it says something."""
        if self.custom is None:
            return None
        try:
            found = ask(self.custom, value)
        except Exception:  # noqa: BLE001  # the host's code, or its time is up
            return None
        return self.spend(clean(cut(found, self.text))) if isinstance(found, str) else None


Describe = Callable[[Walk, Any, int], "Json"]
Kinds = Mapping[type, Describe]


def customised(kinds: Kinds) -> dict[type, Describe]:
    """The table for a program that has words of its own for any value but a container."""
    return {k: d if k in CONTAINERS else _asking_first(d) for k, d in kinds.items()}


def _asking_first(describe: Describe) -> Describe:
    def describe_or_quote(walk: Walk, value: Any, level: int) -> Json:
        own = walk.in_words_of_its_own(value)
        return describe(walk, value, level) if own is None else own

    return describe_or_quote


def stranger(walk: Walk, value: Any, level: int) -> Json:
    """A type that no table knows: what it is made of if that is safe to ask, else its ``repr``."""
    try:
        return _stranger(walk, value, level)
    except Exception:  # noqa: BLE001  # a metaclass, or a method of a base, of the host's
        return walk.spend(safe_repr(value, walk.text))


def _stranger(walk: Walk, value: Any, level: int) -> Json:
    kind: Any = type(value)
    container = _base_of(kind, True)
    if container is not None:
        return CONTAINERS[container](walk, value, level)
    own = walk.in_words_of_its_own(value)
    if own is not None:
        return own
    shape = shape_of(kind) or (readable_of(kind) if walk.kinds is not walk.reprs else None)
    if shape is not None:
        return _shaped(walk, value, level, shape)
    told = _as_base(walk, value, level, kind)
    return walk.spend(safe_repr(value, walk.text)) if told is None else told


@lru_cache(maxsize=2048)
def _base_of(kind: Any, are_containers: bool) -> Any:
    """The container, or the scalar, that the type is below; None if it is below none."""
    if issubclass(kind, enum.Enum) or (are_containers and hasattr(kind, "_fields")):
        return None  # a named tuple shows its names
    bases = CONTAINERS if are_containers else BASES
    return next((base for base in bases if issubclass(kind, base)), None)


def _as_base(walk: Walk, value: Any, level: int, kind: Any) -> Json:
    """A subclass of ``str`` or a number that looks like its base; None if it does not."""
    base = _base_of(kind, False)
    if base is None or (walk.kinds is walk.reprs and kind.__repr__ != base.__repr__):
        return None
    return walk.kinds[base](walk, _plainly(base, value), level)


def _plainly(base: Any, value: Any) -> Any:
    """The value as an instance of the base itself, with none of its own methods."""
    if base is str:
        return str.__str__(value)
    return base.__add__(value, base())


def _shaped(walk: Walk, value: Any, level: int, shape: Callable[[Any], Any]) -> Json:
    """A type that :mod:`rookery.event.objects` knows."""
    try:
        found = ask(shape, value)
    except Exception:  # noqa: BLE001  # the host's code, or its time is up
        found = f"<{type(value).__name__}>"
    if found is None:
        return walk.spend(safe_repr(value, walk.text))
    if isinstance(found, str):
        return walk.spend(clean(cut(found, walk.text)))
    if id(value) in walk.inside:
        return CYCLE
    walk.inside.add(id(value))
    told = _fields(walk, found.entries, level)
    walk.inside.discard(id(value))
    text = clean(cut(fields_text(found, told), walk.text))
    is_whole = len(told) == len(found.entries) and not notes_of(told)
    return walk.spend(text if is_whole or type(text) is NotedText else NotedText(text, TOO_MUCH))


def _fields(walk: Walk, entries: list[tuple[str | None, Any]], level: int) -> list[Json]:
    """The fields of an object, so that their types stay visible."""
    kinds, walk.kinds = walk.kinds, walk.reprs
    room = walk.take(len(entries), level)
    told: list[Json] = [
        FILTERED if name and name.lower() in walk.secrets else walk.describe(value, level + 1)
        for name, value in entries[:room]
    ]
    walk.kinds = kinds
    return told


def _key(walk: Walk, key: object) -> str:
    if type(key) is str and len(key) <= MAX_KEY and key.isascii():
        return key
    shape = None if issubclass(type(key), (str, int, float)) else shape_of(type(key))
    if type(key) in (tuple, frozenset):
        return str(clean(cut(_tuple_key(walk, key), MAX_KEY)))
    told = safe_str(key, MAX_KEY) if shape is None else _shaped(walk, key, walk.depth - 1, shape)
    return str(clean(cut(str(told), MAX_KEY)))


def _tuple_key(walk: Walk, key: Any) -> str:
    """A key of several parts; ``str`` would ask each of them."""
    kinds, walk.kinds = walk.kinds, walk.reprs
    told = CONTAINERS[type(key)](walk, key, walk.depth - 1)
    walk.kinds = kinds
    return keyed(told)


def _object(walk: Walk, pairs: list[tuple[object, object]], level: int) -> Json:
    kinds = walk.kinds
    told = {_key(walk, key): kinds.get(type(at), stranger)(walk, at, level) for key, at in pairs}
    if len(told) == len(pairs):
        return told
    return {_typed(walk, key): walk.describe(at, level) for key, at in pairs}


def _typed(walk: Walk, key: object) -> str:
    """A key that another one looks like: ``1`` beside ``"1"``."""
    told = _key(walk, key)
    return told if isinstance(key, str) else f"{told} ({type(key).__name__})"


def _array(walk: Walk, values: list[object], level: int) -> Json:
    kinds = walk.kinds
    return [kinds.get(type(at), stranger)(walk, at, level) for at in values]


def _container(
    kind: Any,
    entries: Callable[[Any], Iterable[Any]],
    build: Callable[[Walk, list[Any], int], Any],
) -> Describe:
    """How to tell a container of this kind, and of its subclasses."""
    size_of = kind.__len__
    noted: Any = NotedDict if build is _object else NotedList

    def describe(walk: Walk, value: Any, level: int) -> Json:
        mark, size = id(value), size_of(value)
        if mark in walk.inside:
            return CYCLE
        room = walk.take(size, level)
        if room == 0 < size:
            return NotedText(f"<{kind.__name__} of {size}>", TOO_MUCH)
        try:
            chosen = list(islice(entries(value), room))
        except RuntimeError:  # another thread changes its size
            return f"<{kind.__name__}, changing>"
        walk.inside.add(mark)
        told = build(walk, chosen, level + 1)
        walk.inside.discard(mark)
        return told if room == size else noted(told, {"len": size})  # type: ignore[no-any-return]

    return describe


def _within(describe: Describe, attribute: str) -> Describe:
    """A container of Python's own that holds its entries in another one."""

    def describe_held(walk: Walk, value: Any, level: int) -> Json:
        held = getattr(value, "__dict__", {}).get(attribute)
        if held is None or id(value) in walk.inside:
            return CYCLE if held is not None else safe_repr(value, walk.text)
        walk.inside.add(id(value))
        told = walk.kinds.get(type(held), describe)(walk, held, level)
        walk.inside.discard(id(value))
        return told

    return describe_held


_VIEWS: tuple[Any, ...] = (type({}.keys()), type({}.values()), type({}.items()))

CONTAINERS: dict[type, Describe] = {
    **{
        kind: _container(kind, kind.items, _object)
        for kind in (OrderedDict, defaultdict, Counter, dict, MappingProxyType)
    },
    **{
        kind: _container(kind, kind.__iter__, _array)
        for kind in (list, tuple, set, frozenset, deque, *_VIEWS)
    },
}
CONTAINERS |= {
    UserList: _within(CONTAINERS[list], "data"),
    UserDict: _within(CONTAINERS[dict], "data"),
    ChainMap: _within(CONTAINERS[list], "maps"),
}
