"""Watchers of other libraries, and the contract that each of them keeps.

Rule 1: ``setup_once`` installs the hooks, once in a process, whatever clients come and go.
Rule 2: every hook first asks the current client for its integration, and passes through if that
        client does not have it: :func:`active`.
Rule 3: a hook does its library's work first or last, always, and never raises by itself.
Rule 4: no library is imported that the program has not: one that it imports later is watched from
        then on (:mod:`rookery.integrations.imports`).
"""

from __future__ import annotations

import sys
from functools import partial
from importlib import import_module
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

from rookery.client import living
from rookery.harmless import note, tell
from rookery.integrations.imports import when_imported
from rookery.scopes import get_client

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from rookery.client import Client

DEFAULTS = (
    "rookery.integrations:ArgvIntegration",
    "rookery.integrations.atexit:AtexitIntegration",
    "rookery.integrations:DedupeIntegration",
    "rookery.integrations.excepthook:ExcepthookIntegration",
    "rookery.integrations.logging:LoggingIntegration",
    "rookery.integrations:ModulesIntegration",
    "rookery.integrations.stdlib:StdlibIntegration",
    "rookery.integrations.threading:ThreadingIntegration",
)
AUTO_ENABLING = {
    "aiohttp": "rookery.integrations.aiohttp:AioHttpIntegration",
    "asyncio": "rookery.integrations.asyncio:AsyncioIntegration",
    "httpx": "rookery.integrations.httpx:HttpxIntegration",
}
"""By the module of the library, which is the integration's identifier too."""


class DidNotEnable(Exception):
    """The library to watch is missing, or too old."""


class Integration:
    """One library that is watched."""

    identifier: ClassVar[str]
    """Its name, in ``sdk.integrations`` of every event."""
    idle: tuple[str, ...] = ()
    """Arguments that it was given and that do nothing yet."""

    @staticmethod
    def setup_once() -> None:
        """Install the hooks. Raises :class:`DidNotEnable`."""

    def setup_once_with_options(self, options: Mapping[str, Any] | None = None) -> None:
        """Called after :meth:`setup_once` with the options of the client that is the first."""


# Three that install nothing: names for what the client does, to switch it off by. They are here since
# each module that `init` loads costs every program its time.


class ArgvIntegration(Integration):
    """Events tell the command line: ``sys.argv`` in ``extra``."""

    identifier = "argv"


class DedupeIntegration(Integration):
    """An event is dropped if its exception was the last one captured here."""

    identifier = "dedupe"


class ModulesIntegration(Integration):
    """Events tell the installed distributions and their versions: ``modules``."""

    identifier = "modules"


I = TypeVar("I", bound=Integration)  # noqa: E741  # the integration
_installed: set[str] = set()
_awaited: set[str] = set()


def active(kind: type[I]) -> tuple[Client, I] | None:
    """The current client and its integration of this kind; None if a hook has to pass through."""
    client: Any = get_client()
    integration = client.get_integration(kind.identifier)
    return None if integration is None else (client, integration)


def set_up(options: Mapping[str, Any]) -> dict[str, Integration]:
    """What a client with these options has switched on, by name; its hooks are installed.

    The libraries among it that the program imports later join the client's own mapping then.
    """
    _await_libraries()
    wanted = {found.identifier: found for found in map(_made, _defaults(options))}
    here = (name for name in _automatic(options) if name in sys.modules)
    wanted.update((name, found) for name in here if (found := _enabled(name, options)) is not None)
    wanted.update((found.identifier, found) for found in options["integrations"])
    for disabled in _names(options["disabled_integrations"]):
        wanted.pop(disabled, None)
    for found in wanted.values():
        _install(found, options)
        if found.idle:
            note(f"accepted, and without effect in this version: {', '.join(found.idle)}")
    return wanted


def switch_on(client: Client, integration: Integration) -> None:
    """Have a client use one more, from now on. Raises :class:`DidNotEnable`."""
    _install(integration, client.options)
    client.integrations[integration.identifier] = integration


def _defaults(options: Mapping[str, Any]) -> Iterable[str]:
    return DEFAULTS if options["default_integrations"] else ()


def _automatic(options: Mapping[str, Any]) -> Iterator[str]:
    if options["default_integrations"] and options["auto_enabling_integrations"]:
        disabled = set(_names(options["disabled_integrations"]))
        yield from (name for name in AUTO_ENABLING if name not in disabled)


def _names(integrations: Iterable[Any]) -> Iterator[str]:
    """By name, by class or by instance."""
    yield from (each if isinstance(each, str) else each.identifier for each in integrations)


def _made(home: str) -> Integration:
    module, _, name = home.partition(":")
    made: Integration = getattr(import_module(module), name)()
    return made


def _enabled(library: str, options: Mapping[str, Any]) -> Integration | None:
    """The integration of a library that the program has; None if it is not what we know."""
    integration = _made(AUTO_ENABLING[library])
    try:
        _install(integration, options)
    except Exception:  # noqa: BLE001  # nobody has asked for it, so nobody is to suffer
        tell(f"{library} is not watched")
        return None
    return integration


def _install(integration: Integration, options: Mapping[str, Any]) -> None:
    if integration.identifier not in _installed:
        integration.setup_once()
        integration.setup_once_with_options(options)
        _installed.add(integration.identifier)


def _await_libraries() -> None:
    for library in AUTO_ENABLING.keys() - _awaited:
        _awaited.add(library)
        if library not in sys.modules:
            when_imported(library, partial(_join, library))


def _join(library: str) -> None:
    """Switch the integration on for the clients that there are by now."""
    for client in list(living):
        if client.is_active() and library in _automatic(client.options):
            integration = (
                None if client.get_integration(library) else _enabled(library, client.options)
            )
            if integration is not None:
                client.integrations[library] = integration
