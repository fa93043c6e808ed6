"""A program packed into one file, without the metadata of any package."""

from __future__ import annotations

import shutil
import subprocess
import sys
import zipapp
from pathlib import Path

import certifi
import pytest
import urllib3

import rookery
import rookery_transports
from rookery.testing import ScriptedServer
from rookery.transport.registry import BUILT_IN

MAIN = """
import sys
import rookery
from rookery.errors import ConfigurationError

try:
    with rookery.init(sys.argv[1], shutdown_timeout=20):
        rookery.capture_message("from a zipapp")
        print("flushed", rookery.flush(20))
    print("stevedore" in sys.modules)
except ConfigurationError as error:
    print(f"{type(error).__name__}: {error}")
"""
PACKAGES = (rookery, rookery_transports, urllib3, certifi)


@pytest.fixture(scope="module")
def packed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("packed")
    source = folder / "source"
    for package in PACKAGES:
        assert package.__file__ is not None
        here = Path(package.__file__).parent
        shutil.copytree(here, source / here.name, ignore=shutil.ignore_patterns("__pycache__"))
    (source / "__main__.py").write_text(MAIN)
    zipapp.create_archive(source, folder / "program.pyz")
    return folder / "program.pyz"


def run(packed: Path, dsn: str) -> str:
    """What the program prints where nothing but the standard library is installed (-I -S)."""
    done = subprocess.run(
        [sys.executable, "-I", "-S", str(packed), dsn],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=60,
        check=False,
        cwd=packed.parent,
    )
    return done.stdout.strip()


@pytest.mark.parametrize("prefix", ["", "threaded+", "sync+"])
def test_a_zipapp_delivers(packed: Path, prefix: str) -> None:
    with ScriptedServer() as server:
        said = run(packed, f"{prefix}{server.dsn}")

        assert said.splitlines() == ["flushed True", "False"]
        assert len(server.envelopes) == 1


def test_a_zipapp_says_which_names_there_are(packed: Path) -> None:
    said = run(packed, "pigeon+https://key@errors.example.com/7")

    assert said.startswith("UnknownTransport: no transport is called 'pigeon'")
    assert ", ".join(sorted(BUILT_IN)) in said
