from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

import rookery
from tests.client.keeping import DSN, Init, Keeping

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def init() -> Iterator[Init]:
    """``rookery.init`` with a transport that keeps, in scopes of the test's own."""
    guards = []

    def begin(**options: Any) -> Keeping:
        kept = Keeping()
        guards.append(rookery.init(options.pop("dsn", DSN), transport=kept, **options))
        return kept

    with rookery.isolation_scope() as isolation:
        isolation.clear()
        rookery.get_current_scope().clear()
        yield begin
    for guard in guards:
        guard.client.close(0)
    rookery.get_global_scope().clear()
    rookery.get_global_scope().set_client(None)


@pytest.fixture
def kept(init: Init) -> Keeping:
    return init()
