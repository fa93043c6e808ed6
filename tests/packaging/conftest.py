"""Distributions built once a session from the tree, and fresh environments to install them in."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.packaging.environments import Environment, build, run

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path(__file__).parents[2]
A_BUILD_TAKES = 600
"""Seconds that building and installing may take on a busy machine."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.is_relative_to(Path(__file__).parent):
            item.add_marker(pytest.mark.timeout(A_BUILD_TAKES))


@pytest.fixture(scope="session")
def root() -> Path:
    return ROOT


@pytest.fixture(scope="session")
def distributions(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with an sdist of the tree, and the wheel that was built from that sdist."""
    return build(ROOT, tmp_path_factory.mktemp("rookery"))


@pytest.fixture(scope="session")
def sdist(distributions: Path) -> Path:
    return next(distributions.glob("rookery-*.tar.gz"))


@pytest.fixture(scope="session")
def wheel(distributions: Path) -> Path:
    return next(distributions.glob("rookery-*.whl"))


@pytest.fixture(scope="session")
def make_environment(tmp_path_factory: pytest.TempPathFactory) -> Callable[[], Environment]:
    """Makes a fresh virtual environment of the Python that runs the tests."""

    def make() -> Environment:
        folder = tmp_path_factory.mktemp("environment")
        run(sys.executable, "-m", "venv", folder)
        return Environment(folder)

    return make


@pytest.fixture(scope="session")
def installed(make_environment: Callable[[], Environment], wheel: Path) -> Environment:
    """An environment with the wheel in it, and no extra."""
    environment = make_environment()
    environment.install(wheel)
    return environment
