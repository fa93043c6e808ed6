from __future__ import annotations

import subprocess
import sys
from typing import Any

import pytest

from rookery.testing import ScriptedServer
from tests.client.ported import OF_2019, PORTED, TODAY, ported

TOLD = ("level", "tags", "user", "fingerprint", "transaction", "transaction_info", "logger")


def events_of(program: str) -> list[dict[str, Any]]:
    with ScriptedServer() as server:
        done = subprocess.run(
            [sys.executable, "-W", "ignore", "-c", program, server.dsn],
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        assert "Traceback" not in done.stderr
        return [dict(event) for event in server.events]


def gist(event: dict[str, Any]) -> dict[str, Any]:
    """What a program said in an event, without what an SDK adds of its own."""
    values = event.get("exception", {}).get("values", [])
    told: dict[str, Any] = {name: event[name] for name in TOLD if event.get(name)}
    told["types"] = [(value["type"], value["mechanism"]["handled"]) for value in values]
    told["text"] = event.get("message") or event.get("logentry", {}).get("formatted")
    told["extra"] = {k: v for k, v in event.get("extra", {}).items() if k != "sys.argv"}
    crumbs = event.get("breadcrumbs", {}).get("values", [])
    told["crumbs"] = [(crumb.get("category"), crumb["message"]) for crumb in crumbs]
    told["contexts"] = {n: event["contexts"].get(n) for n in ("order", "flags")}
    return told


@pytest.mark.parametrize("name", TODAY)
def test_a_program_for_sentry_sdk_says_the_same_with_rookery(name: str) -> None:
    sentry_sdk = pytest.importorskip("sentry_sdk")
    if not hasattr(sentry_sdk, "get_global_scope"):
        pytest.skip(f"sentry-sdk {sentry_sdk.VERSION} is not today's")
    ours, theirs = events_of(ported(TODAY[name])), events_of(TODAY[name])
    assert [gist(event) for event in ours] == [gist(event) for event in theirs]


@pytest.mark.parametrize("name", PORTED)
def test_a_ported_program_names_sentry_sdk_nowhere_but_as_an_alias(name: str) -> None:
    program = ported(PORTED[name])
    assert "import sentry_sdk" not in program
    assert "from sentry_sdk" not in program
    compile(program, name, "exec")


def test_a_program_of_2019_has_its_hub() -> None:
    events = events_of(ported(OF_2019["hub"]))
    told = [gist(event) for event in events]
    assert [each["text"] or each["types"][0][0] for each in told] == [
        "pushed",
        "called",
        "IndexError",
        "run",
        "ValueError",
    ]
    a = {"a": "configured"}
    assert [each["tags"] for each in told] == [
        {**a, "b": "pushed"},
        {**a, "c": "called"},
        {**a, "d": "hub"},
        a,
        a,
    ]
    assert all(each["user"] == {"id": "7"} for each in told)
    assert all(each["extra"] == {"basket": [1]} for each in told)
    assert (told[0]["level"], told[0]["fingerprint"]) == ("warning", ["mine"])
    assert told[0]["transaction"] == "/order"
    assert events[2]["server_name"] == "mine"
    assert [len(each["crumbs"]) for each in told] == [1, 1, 2, 1, 1]
    frames = events[4]["exception"]["values"][0]["stacktrace"]["frames"]
    assert "vars" not in frames[-1]


def test_a_program_of_2019_has_its_client() -> None:
    by_hand, by_hub = events_of(ported(OF_2019["client"]))
    assert by_hand["tags"] == {"mine": "1"}
    assert by_hand["logentry"]["formatted"] == "by hand"
    assert by_hub["logentry"]["formatted"] == "by its hub"
    assert by_hub["threads"]["values"][0]["stacktrace"]["frames"]
