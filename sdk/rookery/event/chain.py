"""From an exception to the exceptions behind it (protocol: exceptions, exception groups).

Rule 1: the way back is ``__cause__`` if the context is suppressed, else ``__context__``; the end
        is None or an exception that was met before.
Rule 2: a group is told depth first: itself, its cause, its members in order.
Rule 3: entries go out oldest first, so the list is reversed; ids are given only if there is a
        group, and each entry names its true parent.
"""

from __future__ import annotations

from functools import lru_cache
from itertools import islice
from types import TracebackType
from typing import TYPE_CHECKING, Any, NamedTuple

from rookery.event.budget import ask
from rookery.event.filters import module_of, name_of, qualname_of
from rookery.event.noted import NotedList
from rookery.event.syntax import faulty_line
from rookery.event.text import MAX_TEXT, arguments, cut, safe_str

if TYPE_CHECKING:
    from collections.abc import Mapping
    from types import FrameType

    from rookery.event.frames import FrameReader, Stack

MAX_EXCEPTIONS = 50
MOST_COUNTED = 10_000
"""Exceptions that are looked at; of a group's members beyond the fiftieth only the number."""
MAX_ERRNO = 2**31
MAX_NOTES = 100
OF_THE_HEAP = 1 << 9
"""Flag of the classes that are not built in (``Py_TPFLAGS_HEAPTYPE``)."""
_mro_of = vars(type)["__mro__"].__get__
"""What a class is below of, whatever its metaclass makes of that."""
ATTRIBUTES = (
    "__cause__", "__context__", "__suppress_context__", "__traceback__", "__notes__",
    "args", "detail", "errno", "exceptions", "message",
)  # fmt: skip
GROUP = "BaseExceptionGroup"
BUILTIN = ("builtins", "__builtins__", "exceptions")


class Told(NamedTuple):
    """Entries, and of those whose frames are not all there, by index, how many there were."""

    values: list[dict[str, Any]]
    cuts: dict[int, int]


class Link(NamedTuple):
    """An exception, and how it hangs on the one that led to it."""

    exception: BaseException
    parent: int | None = None
    """Index of the parent in the walk; None for the root."""
    source: str = ""
    """Where on the parent it was found: ``__cause__``, ``__context__``, ``exceptions[0]``."""


def links(root: BaseException) -> list[Link]:
    """The root, and all that it can be traced back to, depth first."""
    found: list[Link] = []
    seen: set[int] = set()
    todo = [Link(root)]
    while todo and len(found) < MOST_COUNTED:
        link = todo.pop()
        if id(link.exception) in seen:
            continue
        seen.add(id(link.exception))
        found.append(link)
        todo += reversed(_below(link.exception, len(found) - 1))
    return found


def _below(exception: BaseException, index: int) -> list[Link]:
    suppressed = _attribute(exception, "__suppress_context__")
    source = "__cause__" if suppressed else "__context__"
    origin = _attribute(exception, source)
    below = [Link(origin, index, source)] if _is_exception(origin) else []
    for at, member in enumerate(members(exception) or ()):
        if _is_exception(member):
            below.append(Link(member, index, f"exceptions[{at}]"))
    return below


def _is_exception(value: object) -> bool:
    """By its type: ``isinstance`` would ask an object what it wants to be."""
    return issubclass(type(value), BaseException)


def members(exception: BaseException) -> list[Any] | None:
    """What a group holds, at most as many as are told; None for what is no group.

    A group is what descends from a ``BaseExceptionGroup``: Python's own from 3.11 on (PEP 654),
    that of the ``exceptiongroup`` package before, or a copy of it.
    """
    for kind in _mro_of(type(exception)):
        if name_of(kind) == GROUP:
            return _first(_attribute(exception, "exceptions"), MAX_EXCEPTIONS)
    return None


def _first(held: Any, most: int) -> list[Any]:
    """The first entries of a list or tuple, by Python's own means; none of anything else."""
    base: Any = next((base for base in (tuple, list) if issubclass(type(held), base)), None)
    return [] if base is None else list(islice(base.__iter__(held), most))


def _left_out(exception: BaseException) -> int:
    """How many members of a group are not even looked at."""
    if members(exception) is None:
        return 0
    found = _attribute(exception, "exceptions")
    length = next(
        (base.__len__(found) for base in (tuple, list) if issubclass(type(found), base)), 0
    )
    return max(0, length - MAX_EXCEPTIONS)


def exception_values(
    root: BaseException,
    mechanism: dict[str, Any],
    frames: FrameReader,
    capturing: FrameType | None = None,
) -> Told:
    """The entries of ``exception.values``, oldest first; the last one is the root."""
    whole = links(root)
    chain = whole[:MAX_EXCEPTIONS]
    texts = [message_of(link.exception) for link in chain]
    numbered = any(members(link.exception) is not None for link in chain)
    stacks = [_stack(link.exception, frames, capturing) for link in chain]
    values = [
        _entry(link, text, stack, _mechanism(link, index, mechanism, numbered))
        for index, (link, text, stack) in enumerate(zip(chain, texts, stacks, strict=True))
    ]
    values.reverse()
    last = len(stacks) - 1
    cuts = {last - at: stack.cut_from for at, stack in enumerate(stacks) if stack.cut_from}
    length = len(whole) + sum(_left_out(link.exception) for link in whole)
    return Told(values if length == len(chain) else NotedList(values, {"len": length}), cuts)


def _stack(exception: BaseException, frames: FrameReader, capturing: FrameType | None) -> Stack:
    traceback = _attribute(exception, "__traceback__")
    stack = frames.read(traceback if isinstance(traceback, TracebackType) else None, capturing)
    if isinstance(exception, SyntaxError):
        line = faulty_line(exception, frames)
        stack.frames.extend([line] if line else ())
    return stack


def _entry(link: Link, text: str, stack: Stack, mechanism: dict[str, Any]) -> dict[str, Any]:
    kind = type(link.exception)
    entry: dict[str, Any] = {
        "type": cut(safe_str(qualname_of(kind)), 256),
        "value": text,
        "mechanism": mechanism,
    }
    module = module_of(kind)
    if module and module not in BUILTIN:
        entry["module"] = cut(module, 256)
    if stack.frames:
        entry["stacktrace"] = {"frames": stack.frames}
    return entry


def _mechanism(link: Link, index: int, mechanism: dict[str, Any], numbered: bool) -> dict[str, Any]:
    told = dict(mechanism)
    if link.parent is not None:
        told["type"] = "chained"
    if numbered:
        told.update(_place(link, index))
    number = _attribute(link.exception, "errno")
    if type(number) is int and abs(number) < MAX_ERRNO:
        told["meta"] = {"errno": {"number": number}}
    return told


def _place(link: Link, index: int) -> dict[str, Any]:
    place: dict[str, Any] = {"exception_id": index}
    if link.parent is not None:
        place.update(parent_id=link.parent, source=link.source)
    if members(link.exception) is not None:
        place["is_exception_group"] = True
    return place


def message_of(exception: BaseException) -> str:
    """The exception's own words, and its notes (PEP 678) each on a line."""
    words = _words(exception, "message") or _words(exception, "detail") or _text(exception)
    said, notes = safe_str(words), _notes(exception)
    return cut("\n".join([said, *notes]), MAX_TEXT) if notes else said


def _notes(exception: BaseException) -> list[str]:
    notes = _first(_attribute(exception, "__notes__"), MAX_NOTES)
    return [safe_str(note) for note in notes if issubclass(type(note), str)]


def _text(exception: BaseException) -> object:
    """The one text that an exception was made of: no code of the host's has to run for it."""
    if type(exception).__str__ is not BaseException.__str__:
        return exception
    args = arguments(exception)
    return args[0] if len(args) == 1 and type(args[0]) is str else exception


def _words(exception: BaseException, name: str) -> object:
    """What an attribute says, if anything."""
    value = _attribute(exception, name)
    if value is None or type(value) is str:
        return value or None
    try:
        return value if ask(bool, value) else None
    except Exception:  # noqa: BLE001  # its truth is the host's code
        return None


def _attribute(exception: BaseException, name: str) -> Any:
    """What is kept under this name; None if a class stands in the way, or takes too long."""
    kind: Any = type(exception)
    try:
        if _is_plain(kind):
            return getattr(exception, name, None)
        return ask(getattr, exception, name, None)
    except Exception:  # noqa: BLE001  # the host's code, or its time is up
        return None


@lru_cache(maxsize=2048)
def _is_plain(kind: type) -> bool:
    """Whether no code of the host's runs when one of the attributes is asked for."""
    return not any(_answers(vars(base)) for base in _mro_of(kind) if base.__flags__ & OF_THE_HEAP)


def _answers(held: Mapping[str, Any]) -> bool:
    """Whether a class has computed attributes among those that are asked for, or computes any."""
    return not held.keys().isdisjoint(("__getattr__", "__getattribute__")) or any(
        hasattr(type(held[name]), "__get__") for name in ATTRIBUTES if name in held
    )
