"""Transports of other packages, found by their entry points in ``rookery.transports``.

stevedore loads the one plugin that was named. It is given the entry point as it is installed now:
its own list does not say which package an entry point is from, and is kept in a file in the
user's home folder, which may be older than the installation.

This module loads ``importlib.metadata``, so it is imported only for a name that is not built in.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib.metadata import EntryPoint, entry_points
from typing import Any

from rookery.transport.registry import BUILT_IN

GROUP = "rookery.transports"


@dataclass(frozen=True)
class Claim:
    """One entry point: ``package`` says that the transport ``name`` is at ``target``."""

    name: str
    target: str
    package: str
    version: str

    @property
    def module(self) -> str:
        """The module that ``target`` is in."""
        return self.target.partition(":")[0].strip()

    @property
    def is_own(self) -> bool:
        """Whether this is Rookery's own entry for a built-in name, be it of an older version."""
        return self.package.lower() == "rookery" or BUILT_IN.get(self.name) == self.target

    def __str__(self) -> str:
        return f"{self.package} {self.version}".rstrip()


def claims() -> tuple[Claim, ...]:
    """Every entry point of the group, in order of name and package. No plugin is imported."""
    made = {_claim(entry) for entry in entry_points(group=GROUP)}
    return tuple(sorted(made, key=lambda claim: (claim.name, claim.package, claim.target)))


def _claim(entry: EntryPoint) -> Claim:
    """Metadata may be cut short: then the package is called after its module."""
    module = entry.value.partition(":")[0].partition(".")[0]
    package, version = _header(entry, "Name"), _header(entry, "Version")
    return Claim(entry.name, entry.value, package or module, version)


def _header(entry: EntryPoint, name: str) -> str:
    """A line of the package's metadata, "" if it is not there."""
    if entry.dist is None or name not in entry.dist.metadata:
        return ""
    return str(entry.dist.metadata[name])


def load_plugin(claim: Claim) -> Any:
    """The object that the entry point names. Raises whatever its import raises."""
    from stevedore.named import NamedExtensionManager

    class OneEntry(NamedExtensionManager):  # type: ignore[type-arg]  # generic in new versions only
        def list_entry_points(self) -> list[EntryPoint]:
            return [EntryPoint(claim.name, claim.target, GROUP)]

    found = OneEntry(
        GROUP,
        [claim.name],
        on_load_failure_callback=_raise,
        on_missing_entrypoints_callback=None,
    )
    return found[claim.name].plugin


def _raise(_manager: object, _entry: EntryPoint, error: BaseException) -> None:
    raise error
