"""Child processes leave breadcrumbs."""

from __future__ import annotations

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
