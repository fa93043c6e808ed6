"""What objects are told as whose ``repr`` is not to be asked, or has no bound.

Rule 1: nothing that is lazy is evaluated, and no database is touched: of query sets, lazy objects
        and mapped rows the type is told, and the key if it is at hand.
Rule 2: an array or a table of more than a few cells is told by its shape.
Rule 3: where Python or a library wrote the ``repr`` that lists an object's fields, these are told as
        other values are: bounded, and secrets unread. What the program wrote is taken as it is.
Rule 4: a library's types are known by the name of a class among their bases; none is imported.
"""

from __future__ import annotations

import enum
import sys
import types
from collections import ChainMap
from collections.abc import Callable, MappingView
from functools import partial
from typing import Any, NamedTuple

from rookery.event.noted import rendered
from rookery.event.scrubbing import FILTERED, gives_away, without_credentials

FEW = 100
"""Cells of an array that may be written out."""
MAX_SHAPES = 2048


class Fields(NamedTuple):
    """An object by its name and its fields; a field without a name is an argument."""

    name: str
    entries: list[tuple[str | None, Any]]


Shape = Callable[[Any], "str | Fields | None"]
"""How to tell an object; it answers None where the object's ``repr`` will do."""


def fields_text(fields: Fields, told: list[Any]) -> str:
    """The fields as Python would write them, as many of them as are told."""
    parts = [
        (f"{name}=" if name else "") + rendered(value)
        for (name, _), value in zip(fields.entries, told, strict=False)
    ]
    if len(told) < len(fields.entries):
        parts.append("...")
    return f"{fields.name}({', '.join(parts)})"


_shapes: dict[type, Shape | None] = {}


def shape_of(kind: type) -> Shape | None:
    """How objects of this type are told; None: by their ``repr``. Found once."""
    try:
        return _shapes[kind]
    except KeyError:
        pass
    if len(_shapes) >= MAX_SHAPES:
        _shapes.clear()
    try:
        found = _find(kind)
    except Exception:  # noqa: BLE001  # a metaclass of the host's
        found = None
    _shapes[kind] = found
    return found


def _find(kind: type) -> Shape | None:
    for base in kind.__mro__[:-1]:
        known = BY_NAME.get((base.__module__.partition(".")[0], base.__name__))
        if known is not None:
            return known
    if any("_sa_class_manager" in vars(base) for base in kind.__mro__):
        return _row_of_sqlalchemy
    return _by_repr(kind)


def _by_repr(kind: Any) -> Shape | None:
    """By who wrote the ``repr``."""
    wrote = kind.__repr__
    if wrote in REPRS:
        return REPRS[wrote]
    code = getattr(wrote, "__code__", None)
    if code is None:
        return None
    if hasattr(kind, "__dataclass_fields__") and hasattr(wrote, "__wrapped__"):
        return _dataclass
    if (
        hasattr(kind, "__attrs_attrs__")
        and "attrs" in code.co_filename
        and code.co_filename[0] == "<"
    ):
        return _attrs
    if getattr(wrote, "__module__", "") in WRITERS:
        return WRITERS[wrote.__module__]
    return _named_tuple if _is_named_tuple(kind, wrote) else None


def _is_named_tuple(kind: Any, wrote: Any) -> bool:
    makers = ("collections", f"namedtuple_{kind.__name__}")
    return issubclass(kind, tuple) and hasattr(kind, "_fields") and wrote.__module__ in makers


def _dataclass(value: Any) -> Fields:
    fields = sys.modules["dataclasses"].fields(value)
    return Fields(type(value).__qualname__, _held(value, [f.name for f in fields if f.repr]))


def _attrs(value: Any) -> Fields:
    kind = type(value)
    shown = [field.name for field in kind.__attrs_attrs__ if field.repr]
    return Fields(kind.__qualname__.rpartition(">.")[2], _held(value, shown))


def _pydantic(value: Any) -> Fields:
    kind = type(value)
    declared: Any = getattr(kind, "__pydantic_fields__", None)
    for older in ("model_fields", "__fields__"):  # warns if it is asked of a class of today's
        declared = declared or vars(kind).get(older) or {}
    hidden = {name for name, field in declared.items() if getattr(field, "repr", True) is False}
    held = [(name, at) for name, at in vars(value).items() if name not in hidden]
    return Fields(kind.__name__, [*held])


def _named_tuple(value: Any) -> Fields:
    kind: Any = type(value)
    return Fields(kind.__name__, list(zip(kind._fields, tuple.__iter__(value), strict=False)))


def _held(value: Any, names: list[str]) -> list[tuple[str | None, Any]]:
    """What is there of the fields; a field that is not set yet is left out."""
    missing = object()
    found = [(name, getattr(value, name, missing)) for name in names]
    return [(name, at) for name, at in found if at is not missing]


def _exception(value: BaseException) -> Fields:
    return Fields(type(value).__name__, [(None, argument) for argument in value.args])


def _partial(value: Any) -> Fields:
    given = [(None, argument) for argument in (value.func, *value.args)]
    return Fields("functools.partial", [*given, *value.keywords.items()])


def _namespace(value: Any) -> Fields:
    return Fields("namespace", list(vars(value).items()))


def _method(value: Any) -> str:
    name = getattr(value.__func__, "__qualname__", "?")
    return f"<bound method {name} of {type(value.__self__).__name__} object>"


def _array_of_numbers(value: Any) -> str:
    some = ", ".join(map(repr, value[:10]))
    more = f", ... of {len(value)}" if len(value) > 10 else ""
    return f"array({value.typecode!r}, [{some}{more}])"


def _slice(value: Any) -> Fields:
    return Fields("slice", [(None, at) for at in (value.start, value.stop, value.step)])


def _view(value: Any) -> Fields:
    return Fields(type(value).__name__, [(None, value._mapping)])  # noqa: SLF001


def _chain_of_maps(value: Any) -> Fields:
    return Fields(type(value).__name__, [(None, held) for held in value.maps])


def _arguments(value: Any) -> Fields:
    return Fields(type(value).__name__, list(vars(value).items()))


def _alias(value: Any) -> str | None:
    """``list[int]`` and its like; one that is made of very much, or of no types, by its type."""
    todo, leaves, most = [value], [], FEW
    while todo and most:
        most -= 1
        inner = todo.pop().__args__
        todo += [each for each in inner if isinstance(each, ALIASES)]
        leaves += [each for each in inner if not isinstance(each, ALIASES)]
    is_short = not todo and all(isinstance(leaf, type) or leaf is ... for leaf in leaves)
    return None if is_short else _by_type(value)


def _environment(value: Any) -> Fields:
    """The variables of the process, many of which are secrets."""
    told = [(k, FILTERED if gives_away(k) else without_credentials(v)) for k, v in value.items()]
    return Fields("environ", [*told])


def _member(value: Any) -> str | None:
    """A member of an enumeration, whose value may be anything."""
    if type(value._value_) in (int, str):
        return None
    return f"<{type(value).__name__}.{value._name_}>"


def _by_type(value: Any) -> str:
    """Only what it is: to ask anything more could evaluate it."""
    kind = type(value)
    return f"<{kind.__name__} from {kind.__module__} at {id(value):#x}>"


def _row_of_django(value: Any) -> str:
    kind: Any = type(value)
    key = value.__dict__.get(kind._meta.pk.attname)  # noqa: SLF001
    return f"<{kind.__name__} pk={key!r}>"


def _row_of_sqlalchemy(value: Any) -> str:
    key = getattr(value.__dict__.get("_sa_instance_state"), "key", None)
    known = f"pk={', '.join(map(repr, key[1]))}" if key else "not stored"
    return f"<{type(value).__name__} {known}>"


def _cells(value: Any) -> str | None:
    """An array or a table: by its shape, unless it is a small one of plain values."""
    shape = tuple(value.shape)
    cells = 1
    for length in shape:
        cells *= int(length)
    inner = str(getattr(value, "dtype", ""))
    if cells <= FEW and not _holds_objects(value):
        return None
    size = " x ".join(str(int(length)) for length in shape)
    return f"<{type(value).__name__} of {size}{' ' if inner else ''}{inner}>"


def shape_of_text(kind: Any) -> Shape | None:
    """How ``str`` of such objects is told; None: in its own words.

    Text that Django translates late is what a message consists of, so it is asked.
    """
    shape = shape_of(kind)
    if shape is None or kind.__name__ == "__proxy__":
        return None
    wrote = kind.__str__
    is_own = wrote in OWN_STR or getattr(wrote, "__module__", "") in WRITERS
    return shape if is_own or shape in UNASKED else None


def _holds_objects(value: Any) -> bool:
    """Whether cells are objects of the program's."""
    kind = getattr(value, "dtype", None)
    return "object" in map(str, getattr(value, "dtypes", ()) if kind is None else [kind])


OPAQUE = {
    "django": ("LazyObject", "__proxy__", "QuerySet", "RawQuerySet", "Page"),
    "mongoengine": ("BaseQuerySet", "BaseDocument"),
    "peewee": ("Model", "BaseQuery"),
    "pony": ("Entity", "Query", "QueryResult"),
    "tortoise": ("Model",),
}
TABLES = {
    "numpy": ("ndarray",),
    "pandas": ("DataFrame", "Series", "Index"),
    "polars": ("DataFrame", "Series"),
    "torch": ("Tensor",),
    "tensorflow": ("Tensor", "Variable"),
    "jaxlib": ("Array", "ArrayImpl"),
    "cupy": ("ndarray",),
    "scipy": ("spmatrix", "sparray"),
    "xarray": ("DataArray",),
    "pyarrow": ("Table", "Array", "ChunkedArray"),
}
BY_NAME: dict[tuple[str, str], Shape] = {
    **{(package, name): _by_type for package, names in OPAQUE.items() for name in names},
    **{(package, name): _cells for package, names in TABLES.items() for name in names},
    ("django", "Model"): _row_of_django,
    ("array", "array"): _array_of_numbers,
    ("os", "_Environ"): _environment,
    ("asyncio", "Queue"): _by_type,
    ("itertools", "repeat"): _by_type,
}
WRITERS: dict[str, Shape] = {"pydantic.main": _pydantic, "argparse": _arguments}
"""By the module of a ``repr`` that a library wrote."""
REPRS: dict[Any, Shape] = {
    BaseException.__repr__: _exception,
    partial.__repr__: _partial,
    types.SimpleNamespace.__repr__: _namespace,
    types.MethodType.__repr__: _method,
    types.GenericAlias.__repr__: _alias,
    types.UnionType.__repr__: _alias,
    slice.__repr__: _slice,
    enum.Enum.__repr__: _member,
    ChainMap.__repr__: _chain_of_maps,
    MappingView.__repr__: _view,
}
OWN_STR = frozenset((object.__str__, BaseException.__str__))
ALIASES = (types.GenericAlias, types.UnionType)
UNASKED = frozenset((_by_type, _cells, _row_of_django, _row_of_sqlalchemy, _environment))
"""Of what these tell, ``str`` is not asked either, whoever wrote it."""
