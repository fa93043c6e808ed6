"""``rookery transports``: every transport that can be named here, and whether it can be used.

What a transport needs is written on its class. So each plugin is imported, unless it is known
without that it cannot be had: two packages claim its name, or plugins are switched off.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field, replace
from typing import TYPE_CHECKING

from rookery.cli import MISUSED, complain
from rookery.cli.tables import aligned
from rookery.errors import AmbiguousTransport, ConfigurationError
from rookery.options import environ
from rookery.transport.admission import is_importable, refuse_absent_libraries
from rookery.transport.chooser import choose, is_wrapper
from rookery.transport.plugins import claims
from rookery.transport.registry import BUILT_IN, Registry
from rookery.version import VERSION

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator, Mapping, Sequence

    from rookery.transport.plugins import Claim
    from rookery.transport.registry import Plug

HEAD = ("NAME", "PACKAGE", "VERSION", "FROM", "NEEDS", "USABLE")
BUILT_IN_WORDS, PLUGIN, CONFLICT, SWITCHED_OFF = (
    "built in",
    "entry point",
    "conflict",
    "plugins off",
)
SWITCH = "plugins are switched off by ROOKERY_DISABLE_PLUGINS"


@dataclass(frozen=True)
class Listed:
    """What the table says of one name and the package that claims it."""

    name: str
    package: str
    version: str
    source: str
    target: str
    """Where it is, as ``package.module:Class``."""
    requires: Mapping[str, str] = field(default_factory=dict)
    """Modules that it needs, each with what to ``pip install``."""
    missing: Sequence[str] = ()
    """Those of them that are not here."""
    wraps: bool = False
    """Whether it hands on to another transport, which is named after it."""
    usable: bool = True
    why_not: str = ""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options of this command."""
    parser.epilog = "Each plugin is imported, because its class says what it needs."
    parser.add_argument("--json", action="store_true", help="print a JSON array of objects")


def run(arguments: argparse.Namespace) -> int:
    """Print the table; the exit status, which is 0 whatever can be used."""
    try:
        listed = sorted(every_transport(environ()), key=lambda each: (each.name, each.package))
    except ConfigurationError as error:  # of the variable that switches plugins off
        complain(str(error))
        return MISUSED
    if arguments.json:
        print(json.dumps([asdict(each) for each in listed], indent=2))
    else:
        print("\n".join(as_text(listed)))
    return 0


def every_transport(environ: Mapping[str, str]) -> Iterator[Listed]:
    """The built-in transports, then what installed packages claim."""
    for name, target in BUILT_IN.items():
        yield look(Listed(name, "rookery", VERSION, BUILT_IN_WORDS, target), environ)
    disabled = Registry(environ).are_plugins_disabled
    for claim in claims():
        if not (claim.is_own and claim.name in BUILT_IN):
            yield of_claim(claim, environ, disabled)


def of_claim(claim: Claim, environ: Mapping[str, str], disabled: bool) -> Listed:
    """What an entry point claims."""
    known = (claim.name, claim.package, claim.version)
    if disabled:
        return Listed(*known, SWITCHED_OFF, claim.target, usable=False, why_not=SWITCH)
    if claim.name in BUILT_IN:
        why_not = f"the name is a built-in transport's: pip uninstall {claim.package}"
        return Listed(*known, CONFLICT, claim.target, usable=False, why_not=why_not)
    return look(Listed(*known, PLUGIN, claim.target), environ)


def look(listed: Listed, environ: Mapping[str, str]) -> Listed:
    """The same with what its class says, or why there is no class to be asked."""
    try:
        plug = choose(listed.name, None, environ)[0]
    except ConfigurationError as error:
        source = CONFLICT if isinstance(error, AmbiguousTransport) else listed.source
        return replace(listed, source=source, usable=False, why_not=str(error))
    requires = dict(getattr(plug.factory, "requires", {}))
    missing = [module for module in requires if not is_importable(module)]
    why_not = absence(plug)
    return replace(
        listed,
        requires=requires,
        missing=missing,
        wraps=is_wrapper(plug),
        usable=not why_not,
        why_not=why_not,
    )


def absence(plug: Plug) -> str:
    """The error that ``init`` would raise for an absent library, with its pip line; else ""."""
    try:
        refuse_absent_libraries(plug)
    except ConfigurationError as error:
        return str(error)
    return ""


def as_text(listed: Sequence[Listed]) -> Iterator[str]:
    """A line for each, and below the table a line for each that cannot be used."""
    rows = [
        (e.name, e.package, e.version or "?", e.source, needs(e), "yes" if e.usable else "no")
        for e in listed
    ]
    yield from aligned([HEAD, *rows])
    unusable = [
        f"  {each.name} ({each.package}): {each.why_not}" for each in listed if each.why_not
    ]
    if unusable:
        yield from ("", "Cannot be used here:", *unusable)


def needs(listed: Listed) -> str:
    """What to install for it, and whether it needs a transport after it."""
    words = [*dict.fromkeys(listed.requires.values()), *(["another transport"] * listed.wraps)]
    return ", ".join(words) or "-"
