"""``rookery conformance NAME``: the kit against any transport that can be named."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from rookery.cli import main
from rookery.testing.conformance import CHECKS

if TYPE_CHECKING:
    from collections.abc import Sequence

ORDER = "events_arrive_in_order_and_byte_for_byte"
TLS = "a_bad_certificate_is_refused"
FULL_QUEUE = "a_full_queue_refuses"
HERE = "tests.testing.carriers"


class Said:
    """What the command printed and how it ended."""

    def __init__(self, capsys: pytest.CaptureFixture[str], arguments: Sequence[str]) -> None:
        self.status = main(["conformance", *arguments])
        self.out, self.err = capsys.readouterr()

    @property
    def json(self) -> dict[str, Any]:
        told: dict[str, Any] = json.loads(self.out)
        return told


def test_a_good_transport_passes(capsys: pytest.CaptureFixture[str]) -> None:
    said = Said(capsys, ["threaded", "--scheme", "http", "--only", ORDER])

    assert said.status == 0
    assert said.out.splitlines() == [
        "passed   http   What is submitted arrives in order, byte for byte, and once.",
        "",
        "threaded: 1 passed, 0 failed, 0 skipped",
    ]


def test_both_schemes_are_asked_about_unless_one_is_named(
    capsys: pytest.CaptureFixture[str],
) -> None:
    pytest.importorskip("trustme", reason="https needs rookery[testing]")
    said = Said(capsys, ["sync", "--json", "--only", ORDER, "--only", TLS])

    made = [(each["check"], each["scheme"], each["outcome"]) for each in said.json["results"]]
    assert made == [
        *((ORDER, "http", "passed"), (TLS, "http", "skipped")),
        *((ORDER, "https", "passed"), (TLS, "https", "passed")),
    ]
    assert said.json["counts"] == {"passed": 3, "skipped": 1}
    assert said.json["transport"] == "sync"
    assert said.json["capabilities"] == [
        "forks",
        "http",
        "keep_alive",
        "proxy",
        "refuses",
        "sender",
        "shares",
        "socks",
    ]


def test_a_transport_that_fails_a_check_fails_the_command(
    capsys: pytest.CaptureFixture[str],
) -> None:
    said = Said(capsys, [f"{HERE}:Forgetful", "--scheme", "http", "--only", ORDER])

    assert said.status == 1
    first, reason, *_ = said.out.splitlines()
    assert first.startswith("failed   http ")
    assert reason.strip().startswith(f"{ORDER}: AssertionError: arrived: []")


def test_each_check_is_made_unless_some_are_named(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    nothing = [f"{HERE}:Silent", "--capabilities", "", "--json", "--scheme", "http"]
    named = [part for check in CHECKS for part in ("--only", check.name) if "http" in check.needs]
    said = Said(capsys, [*nothing, *named])

    assert {each["outcome"] for each in said.json["results"]} == {"skipped"}
    assert len(said.json["results"]) == len(named) // 2


def test_nothing_that_could_be_checked_is_no_success(capsys: pytest.CaptureFixture[str]) -> None:
    said = Said(capsys, ["threaded", "--scheme", "http", "--only", TLS])

    assert said.status == 2
    assert "it is about https" in said.out


def test_a_capability_that_is_not_given_skips_its_checks(
    capsys: pytest.CaptureFixture[str],
) -> None:
    only = ["--scheme", "http", "--json", "--only", FULL_QUEUE, "--only", ORDER]
    said = Said(capsys, [f"{HERE}:Silent", "--capabilities", "http, forks", *only])

    reasons = [each["reason"] for each in said.json["results"]]
    assert reasons == [f"{HERE}:Silent does not declare refuses, shares", ""]


def test_another_back_end_may_be_given(capsys: pytest.CaptureFixture[str]) -> None:
    backend = ["--backend", f"{HERE}:NARROW"]
    said = Said(capsys, ["threaded", *backend, "--scheme", "http", "--json", "--only", ORDER])

    assert (said.status, said.json["capabilities"]) == (0, ["http"])


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["thraeded"], ["did you mean 'threaded'?"]),
        (["threaded", "--only", "a_full_queue_refuse"], [f"did you mean {FULL_QUEUE!r}?"]),
        (["threaded", "--capabilities", "fly"], ["'fly'", "there are queues, shares"]),
        (["threaded", "--backend", "no_such:THING"], ["no_such"]),
        ([f"{HERE}:Silent"], ["--capabilities", "queues, shares", "--backend"]),
        ([f"{HERE}:Misled"], ["it has to be a rookery.testing.conformance.Backend"]),
        ([f"{HERE}:Needy"], ["pip install 'rookery-needy[loft]'"]),
    ],
)
def test_what_cannot_be_is_an_error_that_says_what_to_type(
    capsys: pytest.CaptureFixture[str], arguments: Sequence[str], words: Sequence[str]
) -> None:
    said = Said(capsys, arguments)

    assert (said.status, said.out) == (2, "")
    assert [word for word in words if word not in said.err] == []
