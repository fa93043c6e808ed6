"""What tests of transports ask for."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from rookery.testing.server import ScriptedServer

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def server() -> Iterator[ScriptedServer]:
    """A server that accepts everything until it is told otherwise."""
    with ScriptedServer() as scripted:
        yield scripted
