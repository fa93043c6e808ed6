"""The tutorial's package, installed as its users would, delivers by its own name."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

import pytest

from tests.packaging.environments import build

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.packaging.environments import Environment

REPORT = """
import sys
import rookery

rookery.init(f"pigeon+http://key@127.0.0.1:9/7?folder={sys.argv[1]}&suffix=.letter")
try:
    {}["missing"]
except KeyError:
    print(rookery.capture_exception())
assert rookery.flush(10)
print(rookery.get_client().transport.stats.delivered)
"""
READ = """
import sys
from rookery.envelope import Envelope

envelope = Envelope.parse(open(sys.argv[1], "rb").read())
print(envelope.event_id)
print(envelope.event["exception"]["values"][0]["type"])
"""


@pytest.fixture(scope="module")
def pigeon(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel of the package."""
    folder = build(root / "examples/rookery-pigeon", tmp_path_factory.mktemp("pigeon"))
    return next(folder.glob("*.whl"))


@pytest.fixture(scope="module")
def loft(make_environment: Callable[[], Environment], wheel: Path, pigeon: Path) -> Environment:
    """An environment with both wheels in it."""
    environment = make_environment()
    environment.install(wheel, pigeon)
    return environment


def test_an_exception_is_delivered_through_a_scheme_that_rookery_never_heard_of(
    loft: Environment, tmp_path: Path
) -> None:
    event_id, delivered = loft.run("python", "-c", REPORT, tmp_path).split()

    [letter] = tmp_path.iterdir()
    assert letter.suffix == ".letter"
    assert delivered == "1"
    assert loft.run("python", "-c", READ, letter).split() == [event_id, "KeyError"]


def test_an_option_of_nobodys_is_refused_with_the_nearest_name(loft: Environment) -> None:
    init = "import rookery; rookery.init('pigeon+http://key@127.0.0.1:9/7?foldr=x')"
    failed = subprocess.run(
        [loft.python, "-c", init], cwd=loft.folder, capture_output=True, text=True, check=False
    )

    assert failed.returncode == 1
    assert "foldr" in failed.stderr
    assert "folder" in failed.stderr
    assert "Traceback" in failed.stderr


def test_the_package_passes_its_own_tests(loft: Environment, pigeon: Path, root: Path) -> None:
    loft.install(f"{pigeon}[test]")

    said = loft.run("python", "-m", "pytest", "-q", root / "examples/rookery-pigeon/tests")
    assert " passed" in said
