from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from rookery.testing import ScriptedServer
from tests.client.conftest import init, kept

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["init", "kept"]


@pytest.fixture
def server() -> Iterator[ScriptedServer]:
    """Somebody else's server, that the program talks to."""
    with ScriptedServer() as running:
        yield running
