"""The tutorial's packages, installed as their users would, deliver by their own names."""

from __future__ import annotations

import json
import subprocess
from typing import TYPE_CHECKING

import pytest

from rookery.testing import ScriptedServer
from tests.packaging.environments import build

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from tests.packaging.environments import Environment

BIRDS = ("pigeon", "heron", "cuckoo")
"""One at each depth: a sender, a driver, a transport."""
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
TICK = """
import sys
import rookery
import rookery_heron

rookery.init("heron+" + sys.argv[1])
print(rookery.capture_message("from a main loop"))
while rookery_heron.tick():
    pass
print(rookery.get_client().transport.stats.delivered)
"""
LEAVE = """
import rookery

eggs = []
rookery.init("cuckoo+http://key@127.0.0.1:9/7", nest=eggs.append)
rookery.capture_message("cuckoo")
print(len(eggs))
"""


@pytest.fixture(scope="module")
def birds(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Path]:
    """The wheels of the packages."""
    folders = {
        bird: build(root / f"examples/rookery-{bird}", tmp_path_factory.mktemp(bird))
        for bird in BIRDS
    }
    return {bird: next(folder.glob("*.whl")) for bird, folder in folders.items()}


@pytest.fixture(scope="module")
def loft(
    make_environment: Callable[[], Environment], wheel: Path, birds: Mapping[str, Path]
) -> Environment:
    """An environment with all the wheels in it."""
    environment = make_environment()
    environment.install(f"{wheel}[testing]", *birds.values())
    return environment


def test_an_exception_is_delivered_through_a_scheme_that_rookery_never_heard_of(
    loft: Environment, tmp_path: Path
) -> None:
    event_id, delivered = loft.run("python", "-c", REPORT, tmp_path).split()

    [letter] = tmp_path.iterdir()
    assert letter.suffix == ".letter"
    assert delivered == "1"
    assert loft.run("python", "-c", READ, letter).split() == [event_id, "KeyError"]


def test_an_event_leaves_in_a_main_loop(loft: Environment) -> None:
    with ScriptedServer() as server:
        event_id, delivered = loft.run("python", "-c", TICK, server.dsn).split()

    assert delivered == "1"
    assert [event["event_id"] for event in server.events] == [event_id]


def test_an_event_is_left_in_the_nest_of_another(loft: Environment) -> None:
    assert loft.run("python", "-c", LEAVE) == "1\n"


def test_an_option_of_nobodys_is_refused_with_the_nearest_name(loft: Environment) -> None:
    init = "import rookery; rookery.init('pigeon+http://key@127.0.0.1:9/7?foldr=x')"
    failed = subprocess.run(
        [loft.python, "-c", init], cwd=loft.folder, capture_output=True, text=True, check=False
    )

    assert failed.returncode == 1
    assert "foldr" in failed.stderr
    assert "folder" in failed.stderr
    assert "Traceback" in failed.stderr


def test_the_command_lists_them(loft: Environment) -> None:
    rows = {row["name"]: row for row in json.loads(loft.run("rookery", "transports", "--json"))}

    assert {bird: (rows[bird]["package"], rows[bird]["source"]) for bird in BIRDS} == {
        bird: (f"rookery-{bird}", "entry point") for bird in BIRDS
    }
    assert [bird for bird in BIRDS if not rows[bird]["usable"]] == []


@pytest.mark.parametrize("bird", BIRDS)
def test_the_command_checks_them_as_they_are_installed(loft: Environment, bird: str) -> None:
    only = ["--only", "events_arrive_in_order_and_byte_for_byte"]
    said = loft.run("rookery", "conformance", bird, *only)

    assert said.splitlines()[-1] == f"{bird}: 2 passed, 0 failed, 0 skipped"


@pytest.mark.parametrize("bird", BIRDS)
def test_each_package_passes_its_own_tests(
    loft: Environment, birds: Mapping[str, Path], root: Path, bird: str
) -> None:
    loft.install(f"{birds[bird]}[test]")

    said = loft.run("python", "-m", "pytest", "-q", root / f"examples/rookery-{bird}/tests")
    assert " passed" in said
