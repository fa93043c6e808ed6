"""The command that prints the options."""

from __future__ import annotations

import pytest

from rookery.cli import main
from rookery.options import ALL_OPTIONS


@pytest.fixture(autouse=True)
def _terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "100")


def printed(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    assert main(["options", *arguments]) == 0
    said = capsys.readouterr()
    assert said.err == ""
    return said.out


def test_every_option_is_there_once(capsys: pytest.CaptureFixture[str]) -> None:
    firsts = [
        line.split()[0]
        for line in printed(capsys).splitlines()
        if line.startswith("  ") and line[2] != " "
    ]
    assert sorted(firsts) == sorted(option.name for option in ALL_OPTIONS)


def test_no_line_is_wider_than_the_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    words_that_cannot_be_split = 40
    assert max(map(len, printed(capsys).splitlines())) <= 100 + words_that_cannot_be_split
    assert all(len(line) <= 100 for line in printed(capsys, "sample_rate").splitlines())


def test_one_option_says_all_that_is_to_be_known(capsys: pytest.CaptureFixture[str]) -> None:
    said = " ".join(printed(capsys, "maxsize").split())
    assert "Of every transport: maxsize 1000" in said
    assert "Give a whole number of envelopes above 0, or 0 or -1 for no bound." in said
    assert "Also: qmaxsize, transport_queue_size." in said
    assert "Environment: ROOKERY_MAXSIZE." in said
    assert "sample_rate" not in said


@pytest.mark.parametrize("text", ["with_locals", "WITH_LOC"])
def test_another_name_finds_the_option(capsys: pytest.CaptureFixture[str], text: str) -> None:
    assert "include_local_variables" in printed(capsys, text)


def test_a_variable_finds_its_option(capsys: pytest.CaptureFixture[str]) -> None:
    assert "server_name" in printed(capsys, "SENTRY_NAME")


def test_several_names_find_several_options(capsys: pytest.CaptureFixture[str]) -> None:
    said = printed(capsys, "proxy", "enable_logs")
    assert "https_proxy" in said
    assert "without effect in this version:\n  enable_logs" in said


def test_tables_of_markdown_are_what_the_documentation_shows(
    capsys: pytest.CaptureFixture[str],
) -> None:
    title, _, head, rule, row = printed(capsys, "--markdown", "with_locals").splitlines()
    assert title == "## Of the client"
    assert head == "| name | default | give | environment | means |"
    assert rule == "| --- | --- | --- | --- | --- |"
    assert row.startswith("| `include_local_variables` (also `with_locals`) | `True` | True or")
    assert row.endswith("|  | Send the local variables of each frame. |")


def test_a_name_that_is_not_there_is_an_error_with_the_nearest(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["options", "sampel_rate"]) == 1
    assert "'sampel_rate' in its name; did you mean 'sample_rate'?" in capsys.readouterr().err
