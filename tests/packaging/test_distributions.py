from __future__ import annotations

import tarfile
from email import message_from_bytes
from typing import TYPE_CHECKING
from zipfile import ZipFile

import pytest

from rookery.transport.registry import BUILT_IN

if TYPE_CHECKING:
    from collections.abc import Callable
    from email.message import Message
    from pathlib import Path

    from tests.packaging.environments import Environment

SOURCES = {"rookery": "sdk", "rookery_transports": "transports"}
SHOW_TRANSPORTS = """
from importlib.metadata import entry_points
for point in entry_points(group="rookery.transports"):
    print(point.name, point.load().__name__)
"""


@pytest.fixture(scope="session")
def metadata(wheel: Path) -> Message:
    with ZipFile(wheel) as archive:
        [name] = [name for name in archive.namelist() if name.endswith("/METADATA")]
        return message_from_bytes(archive.read(name))


@pytest.mark.parametrize("package", SOURCES)
def test_the_wheel_has_every_file_of_a_package(wheel: Path, root: Path, package: str) -> None:
    source = root / SOURCES[package]
    files = [path for path in (source / package).rglob("*") if path.is_file()]
    in_tree = {str(path.relative_to(source)) for path in files if "__pycache__" not in path.parts}
    with ZipFile(wheel) as archive:
        in_wheel = {name for name in archive.namelist() if name.startswith(f"{package}/")}

    assert in_wheel == in_tree
    assert f"{package}/py.typed" in in_wheel


def test_the_wheel_holds_the_two_packages_and_nothing_else(wheel: Path) -> None:
    with ZipFile(wheel) as archive:
        tops = {name.split("/")[0] for name in archive.namelist()}

    assert {top for top in tops if not top.endswith(".dist-info")} == set(SOURCES)


def test_the_sdist_can_be_tested_and_documented(sdist: Path) -> None:
    with tarfile.open(sdist) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}

    assert names.issuperset(
        {"LICENSE", "CHANGELOG.md", "Makefile", "tox.ini", ".ci/run", "docs/index.md"}
        | {"tests/packaging/conftest.py", "examples/rookery-pigeon/rookery_pigeon.py"}
    )


def test_only_three_libraries_come_along(metadata: Message) -> None:
    needed = [line for line in metadata.get_all("Requires-Dist", []) if "extra ==" not in line]

    assert {need.split(">")[0].split("<")[0] for need in needed} == {
        "urllib3",
        "certifi",
        "stevedore",
    }


def test_the_metadata_says_what_a_registry_shows(metadata: Message) -> None:
    assert metadata["Name"] == "rookery"
    assert metadata["License-Expression"] == "BSD-3-Clause"
    assert metadata["Requires-Python"] == ">=3.10"
    assert {"br", "zstd", "socks", "inbox", "testing"} <= set(
        metadata.get_all("Provides-Extra", [])
    )
    assert str(metadata.get_payload()).startswith("# Rookery")


def test_the_built_in_transports_load_without_any_extra(installed: Environment) -> None:
    shown = installed.run("python", "-c", SHOW_TRANSPORTS).split()

    assert dict(zip(shown[::2], shown[1::2], strict=True)) == {
        name: target.rpartition(":")[2] for name, target in BUILT_IN.items()
    }


def test_the_command_is_installed(installed: Environment) -> None:
    assert "inbox" in installed.run("rookery", "--help")


def test_an_editable_installation_follows_the_tree(
    make_environment: Callable[[], Environment], sdist: Path, tmp_path: Path
) -> None:
    with tarfile.open(sdist) as archive:
        archive.extractall(tmp_path, filter="data")
    [tree] = tmp_path.iterdir()
    environment = make_environment()
    environment.install("-e", tree)
    (tree / "sdk/rookery/just_written.py").write_text("WORD = 'found'\n")

    assert environment.run("python", "-c", SHOW_TRANSPORTS)
    said = environment.run("python", "-c", "import rookery.just_written as m; print(m.WORD)")
    assert said == "found\n"
