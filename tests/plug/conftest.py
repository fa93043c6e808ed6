from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

import rookery
from tests.plug.plugs import Site

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def site(tmp_path: Path) -> Site:
    folder = tmp_path / "site"
    folder.mkdir()
    return Site(folder)


@pytest.fixture
def pem(tmp_path: Path) -> str:
    file = tmp_path / "some.pem"
    file.write_text("PEM")
    return str(file)


@pytest.fixture
def a_client_of_its_own() -> Iterator[None]:
    """What a test has ``init`` make is closed after it."""
    with rookery.isolation_scope():
        yield
    rookery.get_client().close(0)
    rookery.get_global_scope().set_client(None)
