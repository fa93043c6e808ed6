"""The built-in transports, as far as the libraries that they need are here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rookery.errors import MissingExtra
from rookery.testing.conformance.declared import declared
from rookery.transport.chooser import choose
from rookery.transport.registry import BUILT_IN

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from rookery.testing.conformance import Backend

FACTORIES: Mapping[str, Any] = {name: choose(name, None, {})[0].factory for name in BUILT_IN}
"""The class of each name."""
BACKENDS: dict[str, Backend] = {}
"""Of each name whose library is here."""
ABSENT: dict[str, str] = {}
"""Names that cannot be checked here, each with the reason."""


def look_for(name: str) -> None:
    """Put a transport where it belongs."""
    try:
        BACKENDS[name] = declared(name)
    except MissingExtra as absence:
        ABSENT[name] = str(absence)


for _name in FACTORIES:
    look_for(_name)
