"""Headers, cookies, queries, bodies and URLs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

import rookery
from rookery.event.scrubbing import without_credentials

if TYPE_CHECKING:
    from tests.client.keeping import Keeping

FILTERED = "[Filtered]"


def request(kept: Keeping, **parts: Any) -> Any:
    rookery.capture_event({"request": parts})
    return kept.event["request"]


@pytest.mark.parametrize(
    "name",
    ["Authorization", "Cookie", "X-Api-Key", "x-forwarded-for", "Set-Cookie", "Proxy-Authorization",
     "X-Real-IP", "X-CSRFToken", "X-Auth-Token", "x-access-token", "Session-Id", "X-Authorization",
     "accesstoken", "JSESSIONID", "X-Identity", "authentication"],
)  # fmt: skip
def test_sensitive_headers_are_filtered(kept: Keeping, name: str) -> None:
    assert request(kept, headers={name: "x", "Accept": "*/*"})["headers"] == {
        name: FILTERED,
        "Accept": "*/*",
    }


def test_headers_may_be_pairs(kept: Keeping) -> None:
    told = request(kept, headers=[["Authorization", "x"], ["Accept", "*/*"]])
    assert told["headers"] == [["Authorization", FILTERED], ["Accept", "*/*"]]


@pytest.mark.parametrize("name", ["author", "keyboard", "monkey", "Content-Type", "insidejob"])
def test_a_word_within_a_word_gives_nothing_away(kept: Keeping, name: str) -> None:
    assert request(kept, headers={name: "x"})["headers"] == {name: "x"}


def test_queries_and_cookies_are_filtered_by_name_as_texts_and_as_maps(kept: Keeping) -> None:
    told = request(
        kept,
        query_string="page=1&access_token=abc&name=x",
        cookies={"sessionid": "abc", "theme": "dark"},
        url="https://me:hunter2@example.com/a?apiKey=abc&b=1#c",
        data="user=me&password=hunter2",
        env={"REMOTE_ADDR": "1.2.3.4", "SERVER_NAME": "a"},
    )
    assert told["query_string"] == f"page=1&access_token={FILTERED}&name=x"
    assert told["cookies"] == {"sessionid": FILTERED, "theme": "dark"}
    assert told["url"] == f"https://{FILTERED}:{FILTERED}@example.com/a?apiKey={FILTERED}&b=1#c"
    assert told["data"] == f"user=me&password={FILTERED}"
    assert told["env"] == {"REMOTE_ADDR": FILTERED, "SERVER_NAME": "a"}


def test_a_text_of_cookies_is_filtered_one_by_one(kept: Keeping) -> None:
    told = request(kept, cookies="theme=dark; sessionid=abc; csrftoken=x")
    assert told["cookies"] == [
        ["theme", "dark"],
        ["sessionid", FILTERED],
        ["csrftoken", FILTERED],
    ]


def test_a_text_that_is_no_cookie_is_filtered_whole(kept: Keeping) -> None:
    told = request(kept, cookies="c2VjcmV0; theme=dark")
    assert told["cookies"] == [[FILTERED, ""], ["theme", "dark"]]


def test_what_an_exception_or_a_message_says_keeps_no_credentials(kept: Keeping) -> None:
    rookery.capture_exception(ValueError("no answer from postgres://me:hunter2@host/db"))
    rookery.capture_event({"logentry": {"message": "at https://me:hunter2@h", "formatted": "x"}})
    rookery.capture_message("no answer from amqp://me:hunter2@host//")
    assert "hunter2" not in str(kept.events)
    assert kept.events[0]["exception"]["values"][0]["value"].endswith("@host/db")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("http://me:pw@host/a", f"http://{FILTERED}:{FILTERED}@host/a"),
        ("http://me@host", f"http://{FILTERED}:{FILTERED}@host"),
        ("http://me:p@w@host/a", f"http://{FILTERED}:{FILTERED}@host/a"),
        ("GET redis://:pw@h:1/0 failed", f"GET redis://{FILTERED}:{FILTERED}@h:1/0 failed"),
        ("http://host/a@b", "http://host/a@b"),
        ("http://host/?q=a@b", "http://host/?q=a@b"),
        ("me@host", "me@host"),
        ("http://host", "http://host"),
    ],
)
def test_credentials_are_taken_out_of_urls(text: str, told: str) -> None:
    assert without_credentials(text) == told


def test_breadcrumbs_keep_no_credentials(kept: Keeping) -> None:
    rookery.add_breadcrumb(
        category="http",
        message="GET http://me:hunter2@host/",
        data={"url": "http://me:hunter2@host/?token=abc", "http.query": "sid=1&a=2"},
    )
    rookery.capture_message("m")
    (crumb,) = kept.event["breadcrumbs"]["values"]
    assert "hunter2" not in str(kept.event)
    assert crumb["data"]["http.query"] == f"sid={FILTERED}&a=2"
    assert crumb["data"]["url"].endswith(f"token={FILTERED}")
    notes = kept.event["_meta"]["breadcrumbs"]["values"]["0"]
    assert notes["message"] == {"": {"rem": [["!config", "s"]]}}


def test_a_url_in_a_variable_keeps_no_credentials(kept: Keeping) -> None:
    def fail() -> None:
        database = "postgres://me:hunter2@host/db"
        raise ValueError(len(database))

    try:
        fail()
    except ValueError:
        rookery.capture_exception()
    assert "hunter2" not in str(
        kept.event["exception"]["values"][0]["stacktrace"]["frames"][-1]["vars"]
    )
