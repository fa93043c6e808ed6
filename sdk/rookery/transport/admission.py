"""What may be given to the transport that was chosen.

Rule 1: nothing unknown, and nothing that it would ignore.
Rule 2: no settings that cannot stand together.
Rule 3: nothing is decided by what happens to be installed: what is missing is an error, at ``init``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rookery.errors import (
    BadDsn,
    BadOption,
    BrokenPlugin,
    ConfigurationError,
    MissingExtra,
    UnknownOption,
    UnsupportedSetting,
)
from rookery.transport.contract import NOTHING, Transport
from rookery.transport.declare import Found, Source, Sources, did_you_mean
from rookery.transport.proxies import is_socks, proxy_for
from rookery.transport.settings import LEVELS, SETTINGS, Settings

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from rookery.dsn import Dsn
    from rookery.transport.declare import Option
    from rookery.transport.registry import Plug

SETTING_NAMES = frozenset(name for option in SETTINGS for name in option.names)
TLS = ("ca_certs", "verify_ssl", "cert_file", "key_file")
EXTRAS = {"br": ("brotli", "br"), "zstd": ("zstandard", "zstd")}
"""Codec: the module that it needs, and the extra that brings it."""


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


def reconcile(found: Mapping[str, Found]) -> dict[str, Found]:
    """The values without those of the environment that an explicit setting puts out of force.

    Raises :class:`ConfigurationError` for settings that cannot stand together.
    """
    settled = dict(found)
    if found["ssl_context"].value is not None:
        _overrule(settled, "ssl_context", TLS)
    if not settled["verify_ssl"].value:
        _overrule(settled, "verify_ssl=False", ("ca_certs",))
    _check_key(settled["cert_file"], settled["key_file"])
    _check_level(settled["compression"], settled["compression_level"])
    return settled


def _overrule(settled: dict[str, Found], winner: str, losers: tuple[str, ...]) -> None:
    defaults = {"verify_ssl": True}
    for name in losers:
        if settled[name].value == defaults.get(name):
            continue
        if settled[name].is_explicit:
            raise ConfigurationError(
                f"{settled[name].label} and {winner} exclude each other: give only one of them"
            )
        settled[name] = Found(defaults.get(name), Source.DEFAULT, name)


def _check_key(cert_file: Found, key_file: Found) -> None:
    if key_file.value is not None and cert_file.value is None:
        raise ConfigurationError(
            f"{key_file.label} is given without cert_file: give the client certificate too"
        )


def _check_level(compression: Found, level: Found) -> None:
    if level.source == Source.DEFAULT or level.value is None:
        return
    if compression.value not in LEVELS:
        raise BadOption(level.label, level.value, "no level, or a compression other than 'none'")
    low, high = LEVELS[compression.value]
    if not low <= level.value <= high:
        allowed = f"a whole number from {low} to {high} for {compression.value!r}"
        raise BadOption(level.label, level.value, allowed)


def check_libraries(settings: Settings, dsn: Dsn) -> None:
    """Raise :class:`MissingExtra` if the codec, or the proxy of this DSN, needs an absent library."""
    if settings.compression in EXTRAS:
        module, extra = EXTRAS[settings.compression]
        _demand(module, extra, f"compression={settings.compression!r}")
    chosen = proxy_for(settings, dsn)
    if chosen is not None and is_socks(chosen):
        _demand("socks", "socks", f"{dsn.scheme}_proxy with a SOCKS proxy")


def _demand(module: str, extra: str, what: str) -> None:
    if not is_importable(module):
        raise MissingExtra(
            f"{what} needs the module {module!r}, which is not installed:"
            f" pip install 'rookery[{extra}]'"
        )
