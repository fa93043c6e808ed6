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
"""Of each name whose class has one: the others speak to no server, and have tests of their own."""
ABSENT: dict[str, str] = {}
"""Names that cannot be checked here, each with the reason."""

for _name, _factory in FACTORIES.items():
    if not _factory.backend:
        continue
    try:
        BACKENDS[_name] = declared(_name)
    except MissingExtra as _absence:
        ABSENT[_name] = str(_absence)
