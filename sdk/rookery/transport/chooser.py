"""Which transport: the argument, the DSN's prefix, ``ROOKERY_TRANSPORT``, or the default.

The grammar of names: ``[name "+"] wire``, ``wrapper "+" rest``, ``package.module:Class``.
"""

from __future__ import annotations

import re
from types import BuiltinMethodType
from typing import TYPE_CHECKING, Any, NamedTuple

from rookery.errors import BadOption, BrokenPlugin, UnknownTransport
from rookery.transport.contract import Transport
from rookery.transport.registry import Plug, Registry, load

if TYPE_CHECKING:
    from collections.abc import Mapping

VARIABLE = "ROOKERY_TRANSPORT"
NO_THREAD_SURVIVES = (("LAMBDA_TASK_ROOT",), ("CURRENT_VERSION_ID", "INSTANCE_ID"))
"""Variables that together tell a host which freezes its processes: AWS Lambda, App Engine."""
ALLOWED = (
    "a name such as 'threaded', an import path 'package.module:Class', a subclass or an instance of"
    " rookery.transport.Transport, a function that makes one of a Setup, a function whose parameter is"
    " called event, or an object with capture_envelope, flush and kill, as sentry-sdk's transports"
    " have them"
)
FOREIGN = "rookery_transports.foreign:ForeignTransport"
VERBS = ("capture_envelope", "flush", "kill")
WIRES = ("http", "https")
IMPORT_PATH = re.compile(r"[^\W\d]\w*(\.[^\W\d]\w*)*:[^\W\d]\w*(\.[^\W\d]\w*)*")


class Named(NamedTuple):
    """A choice in parts. Either may be missing, not both in a DSN."""

    name: str | None
    wire: str | None


def split(choice: str) -> Named:
    """``"gevent+https"`` is ("gevent", "https"), ``"gevent"`` ("gevent", None)."""
    name, plus, last = choice.strip().rpartition("+")
    if last.lower() not in WIRES:
        return Named(choice.strip() or None, None)
    return Named(name if plus else None, last.lower())


def wrapped(name: str) -> tuple[str, str] | None:
    """``"spool+gevent"`` as (wrapper, rest): what to try when nobody has the whole name."""
    wrapper, plus, rest = name.partition("+")
    return (wrapper, rest) if plus and wrapper and rest else None


def is_import_path(name: str) -> bool:
    """Whether this is ``package.module:Class`` and not a name."""
    return IMPORT_PATH.fullmatch(name) is not None


def default_name(environ: Mapping[str, str]) -> str:
    """``sync`` where no background thread survives a request, else ``threaded``."""
    freezes = any(all(environ.get(name) for name in names) for names in NO_THREAD_SURVIVES)
    return "sync" if freezes else "threaded"


def choose(choice: Any, prefix: str | None, environ: Mapping[str, str]) -> list[Plug]:
    """The transport, after the wrappers around it, outermost first.

    A wrapper with nothing in it wraps the default transport. Raises ``UnknownTransport`` and the
    other errors of a transport that cannot be had.
    """
    registry = Registry(environ)
    chain = _chosen(choice, prefix, registry)
    if is_wrapper(chain[-1]):
        chain += _chain(default_name(environ), registry)
    return chain


def _chosen(choice: Any, prefix: str | None, registry: Registry) -> list[Plug]:
    if choice is not None and not isinstance(choice, str):
        return [_given(choice)]
    for text in (choice, prefix, registry.environ.get(VARIABLE)):
        if text and (name := split(text).name):
            return _chain(name, registry)
    return _chain(default_name(registry.environ), registry)


def _given(choice: Any) -> Plug:
    name = getattr(choice, "__qualname__", type(choice).__qualname__)
    origin = f"transport {name} of the program"
    if takes_events(choice):
        from rookery.transport.event_function import EventFunction  # for those who have one

        choice = EventFunction(choice)
    if is_foreign(choice):
        return _around(Plug(name, origin, choice))
    if not _can_make_transports(choice):
        raise BadOption("transport", choice, ALLOWED)
    return Plug(name, origin, choice)


def _chain(name: str, registry: Registry) -> list[Plug]:
    """The name whole, else wrapper and rest."""
    if (found := _find(name, registry)) is not None:
        return [found]
    parts = wrapped(name)
    if parts is None or (wrapper := _find(parts[0], registry)) is None:
        raise registry.unknown(name)
    if not is_wrapper(wrapper):
        raise UnknownTransport(
            f"no transport is called {name!r}, and {wrapper.name!r} wraps no other:"
            f" give {wrapper.name!r} or {parts[1]!r}"
        )
    return [wrapper, *_chain(parts[1], registry)]


def _find(name: str, registry: Registry) -> Plug | None:
    if is_import_path(name):
        origin = f"transport {name!r}"
        return _checked(Plug(name, origin, load(name, origin)))
    found = registry.look_up(name)
    return None if found is None else _checked(found)


def _around(plug: Plug) -> Plug:
    """What keeps the books for a transport of sentry-sdk's kind."""
    return plug._replace(factory=load(FOREIGN, plug.origin, "rookery").around(plug.factory))


def _checked(plug: Plug) -> Plug:
    if is_foreign(plug.factory):
        return _around(plug)
    if not _can_make_transports(plug.factory):
        raise BrokenPlugin(
            f"{plug.origin} is {plug.factory!r}; it has to be a subclass of"
            " rookery.transport.Transport, or a function that makes one of a Setup"
        )
    return plug


def is_foreign(choice: Any) -> bool:
    """Whether it is a transport, or the class of one, that sentry-sdk would take and is not ours."""
    kind = choice if isinstance(choice, type) else type(choice)
    if issubclass(kind, Transport):
        return kind.is_foreign
    return all(callable(getattr(choice, verb, None)) for verb in VERBS)


def takes_events(choice: Any) -> bool:
    """Whether it is a function to be given events: ``list.append``, or one that says ``event``.

    Any other makes a transport of a ``Setup``: to try would be to call it.
    """
    if isinstance(choice, BuiltinMethodType):
        return choice.__name__.startswith("append")
    function = getattr(choice, "__func__", choice)
    code = getattr(function, "__code__", None)
    return code is not None and code.co_varnames[function is not choice :][:1] == ("event",)


def needs_no_dsn(choice: Any) -> bool:
    """Whether it takes what there is wherever that is to go."""
    return takes_events(choice) or (not isinstance(choice, type) and is_foreign(choice))


def _can_make_transports(factory: Any) -> bool:
    return issubclass(factory, Transport) if isinstance(factory, type) else callable(factory)


def is_wrapper(plug: Plug) -> bool:
    """Whether the transport gets another one, to which it hands on."""
    return bool(getattr(plug.factory, "wraps", False))
