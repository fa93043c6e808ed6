"""Child processes leave breadcrumbs."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

import rookery

if TYPE_CHECKING:
    from tests.client.keeping import Init, Keeping


def crumbs(kept: Keeping) -> list[dict[str, Any]]:
    rookery.capture_message("look back")
    told = kept.events[-1].get("breadcrumbs", {"values": []})["values"]
    return [crumb for crumb in told if crumb["type"] == "subprocess"]


def test_a_child_process_is_a_crumb(kept: Keeping, tmp_path: Path) -> None:
    with subprocess.Popen([sys.executable, "-c", "pass"], cwd=tmp_path) as child:
        child.wait()
    (crumb,) = crumbs(kept)
    assert crumb["category"] == "subprocess"
    assert crumb["message"] == f"{sys.executable} -c pass"
    assert crumb["data"] == {"subprocess.pid": child.pid, "subprocess.cwd": str(tmp_path)}


@pytest.mark.parametrize("command", ["exit 0", b"exit 0", ["exit 0"]])
def test_a_line_for_the_shell_is_told_as_it_is(command: Any, kept: Keeping) -> None:
    subprocess.run(command, shell=True, check=True)
    assert crumbs(kept)[0]["message"] == "exit 0"


def test_paths_and_passwords_are_told_as_they_should(kept: Keeping) -> None:
    url = "https://ada:hunter2@shop.example/x"
    subprocess.check_call([Path(sys.executable), b"-c", "pass", url])
    (crumb,) = crumbs(kept)
    assert crumb["message"].endswith("-c pass https://[Filtered]:[Filtered]@shop.example/x")


def test_a_command_that_is_not_there_fails_as_ever(kept: Keeping) -> None:
    with pytest.raises(FileNotFoundError):
        subprocess.run(["no-such-command-anywhere"], check=False)
    assert crumbs(kept) == []


def test_without_the_integration_there_is_no_crumb(init: Init) -> None:
    kept = init(disabled_integrations=["stdlib"])
    subprocess.run([sys.executable, "-c", "pass"], check=True)
    assert crumbs(kept) == []


TRACE = "import os; print(os.environ.get('SENTRY_TRACE'), os.environ.get('SENTRY_BAGGAGE'))"
SHOW = [sys.executable, "-c", TRACE]


def told(*rest: Any, **options: Any) -> str:
    if not rest:
        options["stdout"] = subprocess.PIPE
    with subprocess.Popen(SHOW, *rest, text=True, **options) as child:
        said: str = child.communicate()[0]
        return said.strip()


def test_a_child_process_is_told_the_trace_that_it_belongs_to(kept: Keeping) -> None:
    trace, baggage = told().split(" ", 1)
    assert trace == rookery.get_traceparent()
    assert baggage == rookery.get_baggage()


def test_a_child_that_reports_itself_goes_on_with_the_trace(kept: Keeping) -> None:
    source = "import rookery; rookery.init('http://k@h/1'); print(rookery.get_traceparent())"
    done = subprocess.run([sys.executable, "-c", source], check=True, stdout=subprocess.PIPE)
    ours = rookery.get_traceparent()
    assert ours is not None
    assert done.stdout.decode().partition("-")[0] == ours.partition("-")[0]


def test_an_environment_of_the_programs_own_is_left_as_it_is_but_for_the_trace(
    kept: Keeping,
) -> None:
    own = {"PATH": "/nowhere"}
    assert told(env=own).startswith(str(rookery.get_traceparent()))
    by_place = (-1, None, None, subprocess.PIPE, None, None, True, False, None, own)
    assert told(*by_place).startswith(str(rookery.get_traceparent()))
    assert own == {"PATH": "/nowhere"}
    assert told(env={"SENTRY_TRACE": "of my own"}) == "of my own None"


def test_a_trace_that_was_inherited_is_not_handed_on_as_it_came(
    kept: Keeping, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SENTRY_TRACE", "of the grandparent")
    assert told().startswith(str(rookery.get_traceparent()))
    assert told(env=dict(os.environ)).startswith(str(rookery.get_traceparent()))


def test_without_the_integration_a_child_is_told_nothing(init: Init) -> None:
    init(disabled_integrations=["stdlib"])
    assert told() == "None None"
