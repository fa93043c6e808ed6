"""Names of transports: the built-in ones from a table, all others from installed packages.

Rule 1: a built-in name is answered from the table. Nothing is scanned, so nobody can take it over.
Rule 2: any other name costs one scan of the entry points in the group ``rookery.transports``, and
        only the plugin that has the name is imported.
Rule 3: a package that takes a built-in name, and two packages that take the name that is looked
        up, are errors then. A built-in name alone never finds out (rule 1); ``rookery transports``
        shows every claim.
Rule 4: ``ROOKERY_DISABLE_PLUGINS=1`` leaves the built-in names. A class, and an import path, is the
        program's own word and stays possible.
"""

from __future__ import annotations

import importlib
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

from rookery.errors import (
    AmbiguousTransport,
    BrokenPlugin,
    MissingExtra,
    TransportError,
    UnknownTransport,
)
from rookery.transport.conversions import flag
from rookery.transport.declare import Option, Sources, did_you_mean
from rookery.transport.guard import unheard

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rookery.transport.plugins import Claim

BUILT_IN: Mapping[str, str] = {
    "sync": "rookery_transports.sync:SyncTransport",
    "threaded": "rookery_transports.threaded:ThreadedTransport",
    "requests": "rookery_transports.requests_transports:RequestsTransport",
    "threaded+requests": "rookery_transports.requests_transports:ThreadedRequestsTransport",
    "file": "rookery_transports.file:FileTransport",
    "null": "rookery_transports.null:NullTransport",
    "tee": "rookery_transports.tee:TeeTransport",
    "failover": "rookery_transports.failover:FailoverTransport",
    "gevent": "rookery_transports.gevent:GeventTransport",
    "eventlet": "rookery_transports.eventlet:EventletTransport",
    "twisted": "rookery_transports.twisted:TwistedTransport",
    "tornado": "rookery_transports.tornado:TornadoTransport",
    "asyncio": "rookery_transports.asyncio:AsyncioTransport",
    "asyncio+http2": "rookery_transports.asyncio:AsyncioHttp2Transport",
    "trio": "rookery_transports.trio:TrioTransport",
    "http2": "rookery_transports.http2:Http2Transport",
    "memory": "rookery_transports.memory:MemoryTransport",
    "console": "rookery_transports.console:ConsoleTransport",
}
DISABLE_PLUGINS = Option(
    "disable_plugins",
    False,
    flag(),
    "Leave the built-in transports alone: look for no plugin.",
    ("ROOKERY_DISABLE_PLUGINS",),
)
OWN_MODULES = ("rookery", "rookery_transports")


class Plug(NamedTuple):
    """What a name stands for, loaded: ``factory`` makes a transport of a ``Setup``."""

    name: str
    origin: str
    """Who it is from, in the words of an error: "transport 'pigeon' of rookery-pigeon 1.0"."""
    factory: Any
    package: str | None = None
    """What ``pip`` calls the package that brings it; None if no package is known to."""


class Registry:
    """The names that there are, for one look at the environment and the installed packages."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self.environ = environ

    @cached_property
    def are_plugins_disabled(self) -> bool:
        """Whether the kill switch is on. Raises ``BadOption`` if it says neither yes nor no."""
        return bool(Sources(environ=self.environ).find(DISABLE_PLUGINS).value)

    @cached_property
    def claims(self) -> tuple[Claim, ...]:
        """What installed packages say, read when a name is not built in; none if switched off."""
        if self.are_plugins_disabled:
            return ()
        from rookery.transport.plugins import claims

        return claims()

    @property
    def names(self) -> list[str]:
        """Every name, in order."""
        return sorted({*BUILT_IN, *(claim.name for claim in self.claims)})

    def look_up(self, name: str) -> Plug | None:
        """What has this name, loaded; None if nobody has.

        Raises ``MissingExtra``, ``BrokenPlugin`` or ``AmbiguousTransport``.
        """
        if name in BUILT_IN:
            origin = f"transport {name!r} of rookery"
            return Plug(name, origin, load(BUILT_IN[name], origin, "rookery"), "rookery")
        refuse_conflicts(self.claims, name)
        return next((_plug(claim) for claim in self.claims if claim.name == name), None)

    def unknown(self, name: str) -> UnknownTransport:
        """The error for a name that nobody has: the nearest one, all of them, the switch if on."""
        switch = "; plugins are switched off by ROOKERY_DISABLE_PLUGINS"
        return UnknownTransport(
            f"no transport is called {name!r}{did_you_mean(name, self.names)}; there are"
            f" {', '.join(self.names)} (or give an import path, 'package.module:Class')"
            f"{switch if self.are_plugins_disabled else ''}"
        )


def refuse_conflicts(claims: tuple[Claim, ...], name: str) -> None:
    """Raise ``AmbiguousTransport`` for a built-in name that is claimed, and for rivals in ``name``."""
    for claim in claims:
        if claim.name in BUILT_IN and not claim.is_own:
            raise AmbiguousTransport(
                f"{claim} claims {claim.name!r}, which is a built-in transport:"
                f" pip uninstall {claim.package}, or set ROOKERY_DISABLE_PLUGINS=1"
            )
    rivals = [claim for claim in claims if claim.name == name]
    if len(rivals) > 1:
        raise AmbiguousTransport(
            f"{' and '.join(map(str, rivals))} both have a transport {name!r}: pip uninstall one"
            f" of them, or give an import path: {' or '.join(repr(r.target) for r in rivals)}"
        )


def _plug(claim: Claim) -> Plug:
    from rookery.transport.plugins import load_plugin

    origin = f"transport {claim.name!r} of {claim}"
    try:
        found = unheard(load_plugin, claim)  # stevedore logs what it does
        return Plug(claim.name, origin, found, claim.package)
    except Exception as error:
        raise explain(error, origin, claim.package, claim.module) from error


def load(target: str, origin: str, package: str | None = None) -> Any:
    """The object at ``module:attribute``. Raises ``MissingExtra`` or ``BrokenPlugin``."""
    module, _, path = target.partition(":")
    try:
        found: Any = importlib.import_module(module)
        for attribute in path.split("."):
            found = getattr(found, attribute)
    except Exception as error:
        raise explain(error, origin, package, module) from error
    return found


def explain(error: Exception, origin: str, package: str | None, module: str = "") -> TransportError:
    """The error that says what became of a transport that did not load, and what to type.

    ``package`` is None for code that no package is known to bring.
    """
    if isinstance(error, TransportError):
        return error
    absent = (error.name or "") if isinstance(error, ModuleNotFoundError) else ""
    needed = absent.partition(".")[0]
    if needed and needed not in {module.partition(".")[0], *OWN_MODULES}:
        return MissingExtra(
            f"{origin} needs the module {absent!r}, which is not installed: pip install {needed}"
        )
    cure = f"; repair it with pip install --force-reinstall {package}" if package else ""
    return BrokenPlugin(f"{origin} fails to load: {type(error).__name__}: {error}{cure}")
