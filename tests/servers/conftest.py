from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.servers.bugsink import Bugsink

HERE = __file__.rpartition("/")[0]
WHY = "needs Bugsink and librelay, from PyPI; run `tox -e servers`"


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Everything here is marked ``servers``, and skipped unless it was asked for by that mark."""
    is_asked_for = "servers" in config.option.markexpr
    for item in items:
        if str(item.path).startswith(HERE):
            item.add_marker("servers")
            if not is_asked_for:
                item.add_marker(pytest.mark.skip(reason=WHY))


@pytest.fixture(scope="session")
def bugsink(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bugsink]:
    """A Bugsink without a quota, for the tests that look at what they sent themselves."""
    from tests.servers.bugsink import running

    with running(tmp_path_factory.mktemp("bugsink")) as server:
        yield server
