"""The environments ``oldest`` and ``newest`` take in each library that an extra brings."""

from __future__ import annotations

from importlib.metadata import requires
from importlib.util import module_from_spec, spec_from_file_location
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from pathlib import Path

METADATA = [
    "urllib3<3,>=2.2.3",
    "stevedore>=4.1",
    'PySocks>=1.7.1; extra == "socks"',
    'httpcore[asyncio,http2]>=1.0.5; extra == "http2"',
    'tornado>=6.2; extra == "inbox"',
    'tornado>=6.10; extra == "tornado"',
    'pytest>=7.4; extra == "test"',
    'tornado>=6.11; extra == "test"',
]


@pytest.fixture
def releases(root: Path) -> Any:
    """The script of the two environments, as a module."""
    spec = spec_from_file_location("releases", root / ".ci/releases.py")
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_oldest_are_the_lower_bounds_of_what_users_install(releases: Any) -> None:
    assert releases.oldest(releases.bounds(METADATA)) == [
        *("httpcore==1.0.5", "pysocks==1.7.1", "stevedore==4.1", "tornado==6.10", "urllib3==2.2.3"),
    ]


def test_the_newest_are_whatever_the_index_has(releases: Any) -> None:
    arguments = releases.newest(releases.bounds(METADATA))

    assert arguments[:3] == ["--upgrade", "--upgrade-strategy", "eager"]
    assert arguments[3:] == ["httpcore", "pysocks", "stevedore", "tornado", "urllib3"]


def test_each_extra_for_users_has_a_lower_bound(releases: Any) -> None:
    found = releases.bounds(requires("rookery") or [])

    assert {"urllib3", "certifi", "stevedore", "brotli", "pysocks", "trustme"} <= set(found)
    assert "pytest" not in found
