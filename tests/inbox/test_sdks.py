"""What the SDKs of others send, taken in and shown."""

from __future__ import annotations

import gzip
import json
import subprocess
import sys
import zlib
from typing import TYPE_CHECKING

import pytest

from tests.inbox.running import PATIENCE, RunningInbox, new_id

if TYPE_CHECKING:
    from pathlib import Path

SENTRY_PROGRAM = """
import sys, sentry_sdk
sentry_sdk.init(sys.argv[1], release="shop@2", **{options})
sentry_sdk.set_tag("sdk", "sentry")
sentry_sdk.add_breadcrumb(category="stock", message="looked up")
def buy(what):
    try:
        return {{}}[what]
    except KeyError as error:
        raise RuntimeError(f"no {{what}}") from error
try:
    buy("tea")
except RuntimeError:
    print(sentry_sdk.capture_exception())
sentry_sdk.flush()
"""
OPTIONS = [
    "{}",
    "{'_experiments': {'transport_compression_algo': 'gzip'}}",
    "{'_experiments': {'transport_compression_algo': 'br'}}",
    "{'_experiments': {'transport_compression_level': 0}}",
]


@pytest.mark.parametrize("options", OPTIONS)
def test_sentry_sdk_reports_an_exception(
    inbox: RunningInbox, project: str, options: str, tmp_path: Path
) -> None:
    pytest.importorskip("sentry_sdk", reason="the SDK of others is in the extra `test`")
    program = tmp_path / "shop.py"
    program.write_text(SENTRY_PROGRAM.format(options=options))
    number = str(int(project[1:], 16))
    dsn = f"http://key@{inbox.dsn.netloc}/{number}"

    done = subprocess.run(
        [sys.executable, str(program), dsn],
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=True,
    )

    kept = inbox.event(done.stdout.strip(), number)
    assert (kept["title"], kept["release"]) == ("RuntimeError: no tea", "shop@2")
    assert kept["culprit"].endswith("in buy")
    assert kept["client"].startswith("sentry.python/")
    causes = [error["type"] for error in kept["event"]["exception"]["values"]]
    assert causes == ["KeyError", "RuntimeError"]
    assert "looked up" in inbox.get(f"/events/{kept['id']}/").text


def test_raven_6_posts_deflated_json(inbox: RunningInbox, project: str) -> None:
    event_id = new_id()
    event = {
        "event_id": event_id,
        "project": project,
        "level": 40,
        "timestamp": "2026-01-02T03:04:05Z",
        "time_spent": None,
        "platform": "python",
        "message": "ValueError: no tea",
        "exception": {"values": [{"type": "ValueError", "value": "no tea", "stacktrace": None}]},
        "sentry.interfaces.Message": {"message": "no %s", "params": ["tea"]},
        "culprit": "shop in buy",
        "tags": {},
        "modules": {"raven": "6.10.0"},
        "extra": {"sys.argv": ["'shop.py'"]},
        "breadcrumbs": {"values": []},
        "sdk": {"name": "raven-python", "version": "6.10.0"},
    }
    auth = (
        "Sentry sentry_timestamp=1767323045.1, sentry_client=raven-python/6.10.0,"
        " sentry_version=6, sentry_key=key, sentry_secret=secret"
    )
    headers = {
        "User-Agent": "raven-python/6.10.0",
        "X-Sentry-Auth": auth,
        "Content-Encoding": "deflate",
        "Content-Type": "application/octet-stream",
    }

    body = zlib.compress(json.dumps(event).encode())
    answer = inbox.request("POST", f"/api/{project}/store/", body, headers)

    assert answer.json == {"id": event_id}
    kept = inbox.event(event_id, project)
    shown = (kept["title"], kept["level"], kept["culprit"], kept["client"])
    assert shown == ("ValueError: no tea", "error", "shop in buy", "raven-python/6.10.0")


def test_sentry_sdk_0_7_posts_gzipped_json(inbox: RunningInbox, project: str) -> None:
    event_id = new_id()
    event = {
        "event_id": event_id,
        "timestamp": "2019-03-01T10:00:00Z",
        "exception": {"values": [{"type": "E", "value": "x", "module": None}]},
        "breadcrumbs": [{"ty": "log", "category": "shop", "message": "looked up"}],
        "level": "error",
        "extra": {"ratio": float("nan")},
    }
    headers = {
        "X-Sentry-Auth": "Sentry sentry_key=key, sentry_version=7, sentry_client=sentry.python/0.7.6",
        "Content-Type": "application/json",
        "Content-Encoding": "gzip",
    }

    body = gzip.compress(json.dumps(event).encode())
    answer = inbox.request("POST", f"/api/{project}/store/", body, headers)

    assert answer.json == {"id": event_id}
    assert "looked up" in inbox.get(f"/events/{event_id}/").text


def test_a_browser_posts_an_envelope_with_the_key_in_the_query(
    inbox: RunningInbox, project: str
) -> None:
    event_id = new_id()
    event = {
        "event_id": event_id,
        "platform": "javascript",
        "exception": {
            "values": [
                {
                    "type": "TypeError",
                    "value": "x is undefined",
                    "stacktrace": {
                        "frames": [
                            {"filename": "app.js", "function": "buy", "lineno": 1, "colno": 9}
                        ]
                    },
                }
            ]
        },
    }
    head = json.dumps({"event_id": event_id, "sent_at": "2026-01-02T03:04:05.000Z"})
    body = f'{head}\n{{"type":"event"}}\n{json.dumps(event)}'.encode()
    query = "sentry_version=7&sentry_key=key&sentry_client=sentry.javascript.browser%2F9.0.0"

    answer = inbox.request(
        "POST",
        f"/api/{project}/envelope/?{query}",
        body,
        {"Content-Type": "text/plain;charset=UTF-8"},
    )

    assert answer.json == {"id": event_id}
    kept = inbox.event(event_id, project)
    assert (kept["culprit"], kept["client"]) == (
        "app.js:1 in buy",
        "sentry.javascript.browser/9.0.0",
    )
