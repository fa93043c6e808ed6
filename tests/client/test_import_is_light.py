from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import rookery

HEAVY = (
    "urllib3 stevedore asyncio ssl http socket logging typing dataclasses inspect re"
    " gevent tornado twisted requests rookery.api rookery.client rookery_transports"
).split()


def modules_after(statement: str) -> set[str]:
    done = subprocess.run(
        [sys.executable, "-S", "-c", f"{statement}\nimport sys\nprint(*sys.modules)"],
        env={"PYTHONPATH": str(Path(rookery.__file__).parents[1])},
        capture_output=True,
        text=True,
        check=True,
    )
    return set(done.stdout.split())


def test_importing_rookery_loads_no_library_and_nothing_of_its_own() -> None:
    loaded = modules_after("import rookery") - modules_after("pass")
    assert loaded == {"rookery"}


def test_what_importing_must_not_load_is_not_loaded() -> None:
    assert not modules_after("import rookery").intersection(HEAVY)


def test_every_public_name_can_be_had() -> None:
    assert all(getattr(rookery, name) is not None for name in rookery.__all__)


def test_dir_lists_the_public_names_before_they_are_used() -> None:
    assert set(rookery.__all__) <= set(dir(rookery))


@pytest.mark.parametrize(
    "name",
    [
        "integrations.Integration",
        "api.capture_message",
        "attachments.Attachment",
        "client.BaseClient",
        "client.NonRecordingClient",
        "envelope.PayloadRef",
        "hub.Hub",
        "scope.Scope",
        "scrubber.EventScrubber",
        "transport.Transport",
        "types.Event",
    ],
)
def test_submodules_are_had_by_attribute_as_in_sentry_sdk(name: str) -> None:
    module, _, _ = name.partition(".")
    assert f"rookery.{module}" in modules_after(f"import rookery; rookery.{name}")


def test_a_name_that_is_not_there_is_an_attribute_error() -> None:
    assert not hasattr(rookery, "capture_nothing")


def test_type_checkers_and_programs_see_the_same_names() -> None:
    tree = ast.parse(Path(rookery.__file__).read_text(encoding="utf-8"))
    branch = next(node for node in tree.body if isinstance(node, ast.If))
    typed = {
        alias.name
        for node in branch.body
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }
    assert typed == set(rookery.__all__)
