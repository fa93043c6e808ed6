"""Settings that cannot stand together, or need a library that is absent.

Nothing is decided by what happens to be installed: what is missing is an error, at ``init``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rookery.errors import BadOption, ConfigurationError, MissingExtra
from rookery.transport.admission import is_importable
from rookery.transport.declare import Found, Source
from rookery.transport.proxies import is_socks, proxy_for
from rookery.transport.settings import LEVELS, Settings

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rookery.dsn import Dsn

TLS = ("ca_certs", "verify_ssl", "cert_file", "key_file")
EXTRAS = {"br": ("brotli", "br"), "zstd": ("zstandard", "zstd")}
"""Codec: the module that it needs, and the extra that brings it."""


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
