from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.client.conftest import init as client_init

if TYPE_CHECKING:
    from tests.client.keeping import Init, Keeping

__all__ = ["client_init"]


@pytest.fixture
def init(client_init: Init) -> Init:
    """A client that adds nothing of its own to ``extra``."""

    def begin(**options: Any) -> Keeping:
        return client_init(**{"disabled_integrations": ["argv", "modules"], **options})

    return begin


@pytest.fixture
def kept(init: Init) -> Keeping:
    return init()
