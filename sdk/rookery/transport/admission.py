"""What may be given to the transport that was chosen: nothing unknown, nothing that it would ignore."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rookery.errors import BadDsn, BrokenPlugin, MissingExtra, UnknownOption, UnsupportedSetting
from rookery.transport.contract import NOTHING, Transport
from rookery.transport.declare import Sources, did_you_mean
from rookery.transport.settings import SETTINGS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from rookery.transport.declare import Option
    from rookery.transport.registry import Plug

SETTING_NAMES = frozenset(name for option in SETTINGS for name in option.names)


def client_names() -> set[str]:
    """Names of the client's options. Imported late: they are declared on top of this package."""
    from rookery.options import OPTIONS

    return {name for option in OPTIONS for name in option.names}


def refuse_unknown(chain: Iterable[Plug], sources: Sources) -> None:
    """Raise ``UnknownOption`` for an argument, ``BadDsn`` for a query key that nobody declares."""
    known = SETTING_NAMES.union(*(_own_names(plug) for plug in chain))
    for name in sources.arguments:
        if name not in known:
            near = did_you_mean(name, known | client_names())
            raise UnknownOption(f"init has no option {name!r}{near}")
    for name in sources.query:
        if name not in known:
            near = did_you_mean(name, known) or f"; there are {listed(known)}"
            raise BadDsn(f"the DSN's query has an unknown option {name!r}{near}")


def _own_names(plug: Plug) -> set[str]:
    own = {option.name for option in own_options(plug)}
    if taken := own & (SETTING_NAMES | client_names()):
        raise BrokenPlugin(
            f"{plug.origin} declares {listed(taken)}, which every transport has already:"
            " its author has to call that otherwise"
        )
    return own


def own_options(plug: Plug) -> tuple[Option, ...]:
    """The options that the transport itself declares."""
    if getattr(plug.factory, "Options", None) is None:
        return ()
    from rookery.transport.own_options import declared_by  # what few transports need

    return declared_by(plug.factory.Options, plug.origin)


def refuse_unsupported(chain: Iterable[Plug], sources: Sources) -> None:
    """Raise ``UnsupportedSetting`` for what an argument or the DSN asks for and nobody would do.

    The environment is for all programs on a machine, so what it asks for is left out instead.
    """
    for plug in chain:
        for option in SETTINGS:
            name = sources.name_given(option)
            if name is not None and option.name in unsupported(plug):
                raise UnsupportedSetting(
                    f"{plug.origin} cannot honour {name}: leave it out, or choose another transport"
                )


def unsupported(plug: Plug) -> frozenset[str]:
    """Names of the settings that the transport cannot honour."""
    return frozenset(getattr(plug.factory, "unsupported", ()))


def refuse_beside_an_instance(instance: Transport, sources: Sources) -> None:
    """Raise for whatever is given beside a finished transport, which would ignore it."""
    refuse_unknown((), sources)
    given = [name for option in SETTINGS if (name := sources.name_given(option)) is not None]
    if given:
        raise UnsupportedSetting(
            f"{type(instance).__name__} is a finished transport and cannot take {listed(given)}:"
            " settle that where it is made, or give its class"
        )


def refuse_absent_libraries(plug: Plug) -> None:
    """Raise ``MissingExtra`` for the first module of ``requires`` that is not there."""
    requires: Mapping[str, str] = getattr(plug.factory, "requires", NOTHING)
    for module, package in requires.items():
        if not is_importable(module):
            raise MissingExtra(
                f"{plug.origin} needs the module {module!r}, which is not installed:"
                f" pip install '{package}'"
            )


def is_importable(module: str) -> bool:
    """Whether there is such a module; it is not imported, its parents are."""
    from importlib.util import find_spec

    try:
        return find_spec(module) is not None
    except ModuleNotFoundError:
        return False


def listed(names: Iterable[Any]) -> str:
    """``"a, b, c"``, in order."""
    return ", ".join(sorted(names))


def sources_for(plug: Plug, sources: Sources) -> Sources:
    """The same sources, with the transport's own defaults."""
    defaults: Mapping[str, Any] = getattr(plug.factory, "defaults", NOTHING)
    return Sources(sources.arguments, sources.query, sources.environ, defaults)
