from __future__ import annotations

import re
from typing import Any

import pytest

from tests.inbox.running import RunningInbox, envelope_of, new_id


def send(inbox: RunningInbox, project: str, *titles: str) -> list[str]:
    sent = [inbox.post(project, envelope_of({"message": title})) for title in titles]
    return [answer.json["id"] for answer in sent]


def titles(lines: list[Any]) -> list[str]:
    return [line["title"] for line in lines]


def test_events_are_listed_newest_first(inbox: RunningInbox, project: str) -> None:
    send(inbox, project, "first", "second", "third")

    assert titles(inbox.events(project)) == ["third", "second", "first"]


def test_a_list_without_a_project_holds_all_of_them(inbox: RunningInbox, project: str) -> None:
    send(inbox, project, "here")
    send(inbox, project + "-2", "there")

    assert titles(inbox.get("/api/0/events/?limit=2").json) == ["there", "here"]


def test_pages_follow_one_another_until_the_end(inbox: RunningInbox, project: str) -> None:
    send(inbox, project, *"abcde")
    seen: list[str] = []
    path = f"/api/0/events/?project={project}&limit=2"

    while (answer := inbox.get(path)).json:
        seen += titles(answer.json)
        link = re.fullmatch(r'<(.+)>; rel="next"', answer.headers["Link"])
        assert link
        path = link[1]

    assert seen == list("edcba")
    assert "Link" not in answer.headers


def test_before_takes_the_sequence_of_the_last_one_seen(inbox: RunningInbox, project: str) -> None:
    send(inbox, project, "old", "new")
    newest = inbox.events(project)[0]

    older = inbox.get(f"/api/0/events/?project={project}&before={newest['sequence']}").json

    assert titles(older) == ["old"]


@pytest.mark.parametrize(
    ("query", "allowed"),
    [
        ("limit=0", "limit is a number from 1 to 1000"),
        ("limit=1001", "limit is a number from 1 to 1000"),
        ("limit=ten", "limit is a number from 1 to 1000"),
        ("before=-1", "before is a number from 1 to"),
        ("before=99999999999999999999999", "before is a number from 1 to"),
        ("before=%C2%B2", "before is a number from 1 to"),
    ],
)
@pytest.mark.parametrize("path", ["/api/0/events/", "/api/0/items/", "/"])
def test_a_bad_page_is_told_what_is_allowed(
    inbox: RunningInbox, path: str, query: str, allowed: str
) -> None:
    answer = inbox.get(f"{path}?{query}")

    assert answer.status == 400
    assert allowed in answer.json["causes"][0]


def test_an_event_comes_back_whole(inbox: RunningInbox, project: str) -> None:
    event_id = new_id()
    event = {
        "message": "tea",
        "timestamp": "2026-01-02T03:04:05.678901Z",
        "level": "info",
        "platform": "python",
        "release": "shop@1",
        "environment": "test",
        "odd": {"1": [None, True, 1.5, "ü"]},
    }

    inbox.post(project, envelope_of(event, event_id))

    kept = inbox.event(event_id, project)
    assert kept["event"] == {**event, "event_id": event_id}
    shown = {
        name: kept[name] for name in ("title", "level", "timestamp", "release", "client", "key")
    }
    assert shown == {
        "title": "tea",
        "level": "info",
        "timestamp": "2026-01-02T03:04:05.678901Z",
        "release": "shop@1",
        "client": "test/1",
        "key": "k",
    }
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z", kept["received"])


@pytest.mark.parametrize("path", ["/api/0/events/{}/", "/events/{}/"])
def test_an_event_is_found_by_its_id_with_dashes(
    inbox: RunningInbox, project: str, path: str
) -> None:
    (event_id,) = send(inbox, project, "tea")
    dashed = "-".join(re.fullmatch(r"(.{8})(.{4})(.{4})(.{4})(.{12})", event_id).groups())  # type: ignore[union-attr]  # it has 32

    assert inbox.get(path.format(dashed.upper())).status == 200


@pytest.mark.parametrize("path", ["/api/0/events/{}/", "/events/{}/"])
@pytest.mark.parametrize(("event_id", "status"), [("f" * 32, 404), ("nonsense", 400)])
def test_an_event_that_is_not_there_is_not_found(
    inbox: RunningInbox, path: str, event_id: str, status: int
) -> None:
    assert inbox.get(path.format(event_id)).status == status


def test_health_is_asked_before_anything_is_sent(inbox: RunningInbox) -> None:
    assert inbox.get("/health").json["status"] == "ok"


@pytest.mark.parametrize("path", ["/", "/api/0/events/", "/api/0/items/"])
@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("localhost", 200),
        ("LOCALHOST:1234", 200),
        ("inbox.localhost", 200),
        ("127.0.0.1:80", 200),
        ("[::1]:80", 200),
        ("evil.example.com", 403),
        ("localhost.example.com", 403),
        ("127.0.0.1.example.com", 403),
    ],
)
def test_only_names_of_this_machine_may_read(
    inbox: RunningInbox, path: str, host: str, status: int
) -> None:
    assert inbox.request("GET", path, headers={"Host": host}).status == status
    assert inbox.get("/health").status == 200


@pytest.mark.parametrize("path", ["/", "/api/0/events/"])
def test_pages_of_other_origins_may_not_read(inbox: RunningInbox, path: str) -> None:
    answer = inbox.request("GET", path, headers={"Origin": "https://evil.example.com"})

    assert "Access-Control-Allow-Origin" not in answer.headers
