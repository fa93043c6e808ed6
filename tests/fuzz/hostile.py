"""Objects that a program may have, and that an SDK would rather not meet. None is of any use.

Each class lies about one thing, or fails at it.
"""

from __future__ import annotations

import sys
from collections import ChainMap, UserDict, UserList
from collections.abc import ItemsView
from types import GenericAlias, SimpleNamespace
from typing import Any, NoReturn


def refuse(*_: object, **__: object) -> NoReturn:
    raise RuntimeError("not with me")


class FailingRepr:
    __repr__ = __str__ = refuse


class ReprOfNoText:
    def __repr__(self) -> str:
        return 7  # type: ignore[return-value]

    __str__ = __repr__


class EndlessRepr:
    def __repr__(self) -> str:
        return repr(self)

    __str__ = __repr__


class LoneRepr:
    def __repr__(self) -> str:
        return "<\ud800 and \udfff>"

    __str__ = __repr__


class LongRepr:
    def __repr__(self) -> str:
        return "long " * 100_000

    __str__ = __repr__


class Secretive:
    """Nothing can be asked of it, not even its truth."""

    __bool__ = __len__ = __iter__ = __eq__ = __hash__ = refuse
    __getattr__ = __getitem__ = __contains__ = __index__ = __call__ = refuse


class NoClass:
    @property
    def __class__(self) -> type:
        refuse()

    @__class__.setter
    def __class__(self, value: type) -> None: ...


class FailingType(type):
    __repr__ = __str__ = refuse
    __instancecheck__ = __subclasscheck__ = refuse

    @property
    def __name__(cls) -> str:  # type: ignore[override]
        refuse()


class OfFailingType(metaclass=FailingType):
    pass


class LyingDict(dict[Any, Any]):
    items = keys = values = __iter__ = __len__ = __getitem__ = __bool__ = refuse


class LyingList(list[Any]):
    __iter__ = __len__ = __getitem__ = __bool__ = refuse


class LyingText(str):
    __slots__ = ()
    __str__ = __repr__ = __len__ = __getitem__ = encode = lower = replace = refuse


class LyingInteger(int):
    __str__ = __repr__ = __index__ = __int__ = bit_length = __lt__ = __le__ = refuse


class LyingFloat(float):
    __str__ = __repr__ = __float__ = __sub__ = __eq__ = refuse
    __hash__ = float.__hash__


class FailingProperties:
    @property
    def message(self) -> str:
        refuse()

    detail = __notes__ = args = errno = __dict__ = message  # type: ignore[assignment]


class Endless(UserList[Any]):
    """A sequence without an end."""

    def __iter__(self) -> Any:
        while True:
            yield self

    def __len__(self) -> int:
        return sys.maxsize


def cyclic_list() -> list[Any]:
    found: list[Any] = [1]
    found.append(found)
    return found


def cyclic_dict() -> dict[Any, Any]:
    found: dict[Any, Any] = {}
    found["itself"] = (found, [found])
    return found


def nest(levels: int) -> list[Any]:
    found: list[Any] = []
    for _ in range(levels):
        found = [found]
    return found


def shared() -> list[Any]:
    """Small in memory, and 100,000 values long when written out."""
    found: Any = "leaf"
    for _ in range(5):
        found = [found] * 10
    assert isinstance(found, list)
    return found


def shared_fields(make: Any) -> Any:
    """As :func:`shared`, of objects whose ``repr`` a library wrote; endless when written out."""
    found: Any = "leaf"
    for _ in range(40):
        found = make(found)
    return found


class ClassInDoubt:
    """Asked of what class it is, it fails."""

    @property
    def __class__(self) -> type:
        refuse()

    @__class__.setter
    def __class__(self, value: type) -> None: ...

    __repr__ = __str__ = refuse


MAKERS: tuple[Any, ...] = (
    FailingRepr,
    ReprOfNoText,
    EndlessRepr,
    LoneRepr,
    LongRepr,
    Secretive,
    NoClass,
    OfFailingType,
    lambda: OfFailingType,
    lambda: LyingDict(a=1),
    lambda: LyingList([1]),
    lambda: LyingText("text"),
    lambda: LyingInteger(7),
    lambda: LyingFloat(7.5),
    FailingProperties,
    Endless,
    lambda: UserDict({"a": FailingRepr()}),
    cyclic_list,
    cyclic_dict,
    lambda: nest(10_000),
    shared,
    ClassInDoubt,
    lambda: {ClassInDoubt(): ClassInDoubt()},
    lambda: shared_fields(lambda held: slice(held, held)),
    lambda: shared_fields(lambda held: SimpleNamespace(a=held, password=held)),
    lambda: shared_fields(lambda held: UserList([held, held])),
    lambda: shared_fields(lambda held: ChainMap({"a": held}, {"b": held})),
    lambda: shared_fields(lambda held: GenericAlias(list, (held, held))),
    lambda: shared_fields(lambda held: ItemsView({"a": held, "b": held})),
)


class HostileError(Exception):
    """An exception that is as bad as what it is made with."""

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self.held = args

    def __str__(self) -> str:
        return self.held[0]  # type: ignore[no-any-return]


class NamelessType(type):
    @property
    def __name__(cls) -> str:  # type: ignore[override]
        refuse()


class RefusingError(Exception, metaclass=NamelessType):
    __str__ = __repr__ = refuse

    @property
    def message(self) -> str:
        refuse()

    @property
    def errno(self) -> int:
        refuse()
