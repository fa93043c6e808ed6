"""Any Python object, and situations in which something is captured while such objects are about.

They are made by chance that is handed in: Hypothesis hands in one that it can shrink, and a number
makes the same situation each time. It never sees the objects themselves, which it could not print.
"""

from __future__ import annotations

import array
import collections
import dataclasses
import datetime as dt
import decimal
import enum
import fractions
import functools
import ipaddress
import os
import pathlib
import re
import sys
import threading
import types
import uuid
import weakref
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, NamedTuple

from tests.fuzz.hostile import MAKERS, HostileError, RefusingError

if TYPE_CHECKING:
    from collections.abc import Callable
    from random import Random


class Colour(enum.Enum):
    RED = "red"


class Number(enum.IntEnum):
    ONE = 1


class Point(NamedTuple):
    x: Any
    y: Any


@dataclasses.dataclass
class Record:
    name: Any
    password: Any = "hunter2"


class Slots:
    __slots__ = ("a", "unset")

    def __init__(self, a: object) -> None:
        self.a = a


def released() -> memoryview:
    view = memoryview(b"gone")
    view.release()
    return view


def locked() -> object:
    lock = threading.RLock()
    lock.acquire()
    return lock


def dead() -> object:
    return weakref.proxy(Record("gone"))


ODDITIES: tuple[Any, ...] = (
    *MAKERS,
    released,
    locked,
    dead,
    object,
    threading.Lock,
    threading.current_thread,
    lambda: (n for n in range(10)),
    lambda: memoryview(bytes(100_000)),
    lambda: bytearray(100_000),
    lambda: array.array("d", [1.5] * 1000),
    lambda: range(10**12),
    lambda: collections.deque(range(1000), maxlen=100),
    lambda: collections.ChainMap({"a": 1}, {"b": 2}),
    lambda: types.MappingProxyType({"a": 1}),
    lambda: types.SimpleNamespace(a=1, token="hunter2"),
    lambda: functools.partial(print, 1),
    lambda: re.compile("a+"),
    lambda: pathlib.Path("/srv/app"),
    lambda: Colour.RED,
    lambda: Number.ONE,
    lambda: Colour,
    lambda: threading,
    lambda: print,
    lambda: os.environ,
    lambda: ...,
    lambda: NotImplemented,
    lambda: 10**5000,
    lambda: -(2**63) - 1,
    lambda: 2**64,
    lambda: "x" * 2_000_000,
    lambda: b"\xff" * 2_000_000,
    lambda: "\U0001f600" * 300_000,
    lambda: list(range(200_000)),
    lambda: dict.fromkeys(range(2000), "y" * 2000),
    lambda: {f"k{n}" * 50: [{"deep": "z" * 5000}] * 20 for n in range(300)},
)


def foreign() -> list[Any]:
    """Values of libraries that a program is likely to have, as far as they are here."""
    makers: list[Any] = []
    if find_spec("numpy") is not None:
        import numpy as np

        makers += [lambda: np.arange(10**6), lambda: np.float64("nan"), lambda: np.int64(7)]
        makers += [lambda: np.array([{}, None], dtype=object), lambda: np.datetime64("NaT", "s")]
    if find_spec("attr") is not None:
        import attr

        made = attr.make_class("Made", ["a", "secret"])
        makers.append(lambda: made(1, "hunter2"))
    if find_spec("pydantic") is not None:
        import pydantic

        model = pydantic.create_model("Model", a=(int, 1), secret=(pydantic.SecretStr, "hunter2"))
        makers.append(model)
    return makers


CHARACTERS = "ab .:=[]{}\"'%\\\n\r\t\0\x1b\x7f\u00e9\u2028\ud800\udc00\U0001f600"
NAMES = (
    "password",
    "token",
    "unit",
    "",
    "a.b",
    "a b",
    "x" * 300,
    "type",
    "trace",
    "id",
    "ip_address",
    "timestamp",
    "level",
    "data",
    "message",
    "geo",
    "email",
    "os",
    "runtime",
    "release",
    "user",
    "environment",
)
FLOATS = (0.0, -0.0, 1.5, 1e308, 5e-324, float("nan"), float("inf"), float("-inf"))
INTEGERS = (0, 1, -1, 2**31, 2**53 + 1, 2**63 - 1, -(2**63), 2**64 - 1)
DECIMALS = ("1.50", "NaN", "sNaN", "-Infinity", "1E+999999")


def text(random: Random) -> str:
    return "".join(random.choices(CHARACTERS, k=random.randrange(12)))


def moment(random: Random) -> dt.datetime:
    zone = random.choice((None, dt.timezone.utc, dt.timezone(dt.timedelta(hours=5.75))))
    return dt.datetime(random.randrange(1, 9999), 1, 1, 12, 30, 1, 7, tzinfo=zone)


SCALARS: tuple[Callable[[Random], Any], ...] = (
    text,
    moment,
    lambda _: None,
    lambda random: random.random() < 0.5,
    lambda random: random.choice(INTEGERS),
    lambda random: random.choice(FLOATS),
    lambda random: complex(random.choice(FLOATS), 1),
    lambda random: bytes(random.randrange(256) for _ in range(random.randrange(9))),
    lambda random: decimal.Decimal(random.choice(DECIMALS)),
    lambda random: fractions.Fraction(random.randrange(99), 7),
    lambda random: moment(random).date(),
    lambda random: moment(random).timetz(),
    lambda random: dt.timedelta(random.randrange(9)),
    lambda random: uuid.UUID(int=random.randrange(2**64)),
    lambda random: ipaddress.ip_address(random.randrange(2**32)),
)
MADE: tuple[Callable[[], Any], ...] = (*ODDITIES, *foreign())
CONTAINERS: tuple[Callable[[list[Any]], Any], ...] = (
    list,
    tuple,
    collections.deque,
    lambda held: Point(*(held * 2)[:2]) if held else (),
    Record,
    Slots,
    lambda held: ValueError(*held),
)
DEEPEST = 5


def scalar(random: Random) -> Any:
    return random.choice(SCALARS)(random)


def key(random: Random) -> Any:
    made = random.choice((scalar, text, lambda _: Colour.RED, lambda _: (1, "a")))(random)
    try:
        hash(made)
    except TypeError:  # a signalling NaN
        return "unhashable"
    return made


def anything(random: Random, level: int = 0) -> Any:
    """Any object."""
    kind = random.randrange(10 if level < DEEPEST else 6)
    if kind < 3:
        return scalar(random)
    if kind < 6:
        return random.choice(MADE)()
    if kind < 8:
        return {key(random): anything(random, level + 1) for _ in range(random.randrange(4))}
    held = [anything(random, level + 1) for _ in range(random.randrange(4))]
    return random.choice(CONTAINERS)(held)


def name(random: Random) -> str:
    return random.choice(NAMES) if random.random() < 0.5 else text(random)


def mapping(random: Random) -> dict[str, Any]:
    return {name(random): anything(random, 1) for _ in range(random.randrange(4))}


def mapping_or_not(random: Random) -> Any:
    return mapping(random) if random.random() < 0.6 else anything(random)


class Situation(NamedTuple):
    """What there is when an event is captured."""

    how: str
    subject: Any
    """What a message, a record or an exception is made of."""
    variables: dict[str, Any]
    extra: dict[str, Any]
    tags: dict[str, Any]
    contexts: dict[str, Any]
    user: Any
    crumb: Any
    fingerprint: Any
    notes: Any


GROUPS = ("group",) if sys.version_info >= (3, 11) else ()
WAYS = (
    "exception",
    "hostile",
    "refusing",
    "chain",
    *GROUPS,
    "message",
    "event",
    "log",
    "log extra",
)
KINDS: dict[str, type[Exception]] = {"hostile": HostileError, "refusing": RefusingError}


def situation(random: Random) -> Situation:
    """A situation, the same for the same chance."""
    return Situation(
        how=random.choice(WAYS),
        subject=anything(random),
        variables=mapping(random),
        extra=mapping(random),
        tags=mapping(random),
        contexts={name(random): mapping_or_not(random) for _ in range(random.randrange(3))},
        user=mapping_or_not(random),
        crumb=mapping(random),
        fingerprint=[anything(random, 2) for _ in range(random.randrange(3))],
        notes=[anything(random, 2)] if random.random() < 0.5 else anything(random, 2),
    )
