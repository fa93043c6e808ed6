"""What an event says of the machine and of what is installed."""

from __future__ import annotations

import os
import platform
import re
import sys
from importlib import metadata
from typing import TYPE_CHECKING

import pytest

import rookery
from rookery.integrations import Integration

if TYPE_CHECKING:
    from tests.client.keeping import Init, Keeping


def test_an_event_tells_of_interpreter_system_and_machine(kept: Keeping) -> None:
    rookery.capture_message("hello")
    contexts = kept.event["contexts"]
    assert contexts["runtime"] == {
        "name": "CPython",
        "version": platform.python_version().rstrip("+"),
        "build": sys.version,
    }
    assert contexts["os"]["name"] == platform.system()
    assert contexts["device"]["arch"] == platform.machine()
    assert contexts["device"]["processor_count"] == os.cpu_count()
    assert "culture" not in contexts


def test_what_the_program_says_of_its_machine_stands(kept: Keeping) -> None:
    rookery.set_context("device", {"name": "till 7"})
    rookery.capture_message("hello")
    assert kept.event["contexts"]["device"] == {"name": "till 7"}


def test_a_hook_that_changes_a_context_changes_no_other_event(init: Init) -> None:
    def clear(event: dict[str, dict[str, dict[str, str]]], hint: object) -> object:
        event["contexts"]["device"].clear()
        return event

    kept = init(before_send=clear)
    for _ in range(2):
        rookery.capture_message("hello")
    kept = init()
    rookery.capture_message("hello")
    assert kept.event["contexts"]["device"]


class Wanted(Integration):
    identifier = "modules"


def canonical(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def test_the_installed_distributions_are_those_that_python_knows(init: Init) -> None:
    kept = init(integrations=[Wanted()])
    rookery.capture_message("hello")
    known = {
        canonical(found.metadata["Name"]): found.version
        for found in reversed(list(metadata.distributions()))
    }
    assert kept.event["modules"]["pytest"] == known["pytest"]
    assert kept.event["modules"].items() <= known.items()
    assert len(known) - len(kept.event["modules"]) <= 1  # an editable one may have no version


@pytest.mark.parametrize("name", ["os", "runtime", "browser"])
def test_what_the_server_wants_as_text_is_text(kept: Keeping, name: str) -> None:
    rookery.set_context(name, {"version": 3.11, "name": ["x"], name: None, "own": 7})
    rookery.capture_message("m")
    rookery.capture_event({"contexts": {name: {"version": 3}}})
    told = {"version": "3.11", "name": "['x']", name: "None", "own": 7}
    assert kept.events[0]["contexts"][name] == told
    assert kept.events[1]["contexts"][name]["version"] == "3.11"
