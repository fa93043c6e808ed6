"""The back-end of an installed transport, as its class names it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from rookery.errors import BrokenPlugin, ConfigurationError
from rookery.testing.conformance.backend import CAPABILITIES, Backend
from rookery.transport.admission import refuse_absent_libraries
from rookery.transport.chooser import choose
from rookery.transport.registry import load

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rookery.transport.registry import Plug


def declared(
    name: str, capabilities: Iterable[str] | None = None, path: str | None = None
) -> Backend:
    """How the transport ``name`` is checked: as its class says, or as the other two do.

    Raises :class:`ConfigurationError` if the transport cannot be had, or nobody says how.
    """
    plug, *inner = choose(name, None, {})
    for each in (plug, *inner):
        refuse_absent_libraries(each)
    where = path or getattr(plug.factory, "backend", None)
    found = _load(where, plug) if where else _bare(plug, capabilities)
    chosen = found.capabilities if capabilities is None else _known(capabilities)
    return replace(found, name=name, transport=name, capabilities=chosen)


def _load(where: str, plug: Plug) -> Backend:
    found = load(where, f"the back-end {where!r} of {plug.origin}", plug.package)
    if not isinstance(found, Backend):
        raise BrokenPlugin(
            f"the back-end {where!r} of {plug.origin} is {found!r}; it has to be a"
            " rookery.testing.conformance.Backend"
        )
    return found


def _bare(plug: Plug, capabilities: Iterable[str] | None) -> Backend:
    if capabilities is None:
        raise ConfigurationError(
            f"{plug.origin} does not say how it is to be checked: give --capabilities with"
            f" some of {', '.join(CAPABILITIES)}, or --backend package.module:NAME"
        )
    return Backend(plug.name)


def _known(capabilities: Iterable[str]) -> frozenset[str]:
    given = frozenset(capabilities)
    if unknown := sorted(given - CAPABILITIES.keys()):
        raise ConfigurationError(
            f"no capability is called {', '.join(map(repr, unknown))};"
            f" there are {', '.join(CAPABILITIES)}"
        )
    return given
