"""A real inbox in a process of its own, and what a test says to it."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import urllib3

from rookery.dsn import Dsn
from rookery.envelope import Envelope, Item

if TYPE_CHECKING:
    from collections.abc import Mapping
    from types import TracebackType

    from typing_extensions import Self

PATIENCE = 30
AUTH = {"X-Sentry-Auth": "Sentry sentry_key=k, sentry_version=7, sentry_client=test/1"}


@dataclass(frozen=True)
class Answer:
    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def text(self) -> str:
        return self.body.decode()


class RunningInbox:
    """``rookery inbox --quiet`` on a free port; each test uses a project of its own."""

    def __init__(self, *arguments: str) -> None:
        command = [sys.executable, "-m", "rookery", "inbox", "--quiet", "--port", "0", *arguments]
        self.process = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        assert self.process.stdout
        line = self.process.stdout.readline()
        if not line:
            raise AssertionError(f"the inbox did not start: {self.process.communicate()[1]}")
        self.dsn = Dsn.parse(line)
        self.url = f"http://{self.dsn.netloc}"
        self._pool = urllib3.PoolManager()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._pool.clear()
        self.process.terminate()
        output, complaints = self.process.communicate(timeout=PATIENCE)
        assert output + complaints == "", complaints
        assert self.process.returncode == 0

    def kill(self) -> None:
        self._pool.clear()
        self.process.kill()
        self.process.communicate(timeout=PATIENCE)

    def request(
        self, method: str, path: str, body: Any = None, headers: Mapping[str, str] | None = None
    ) -> Answer:
        answer = self._pool.request(
            method, self.url + path, body=body, headers=headers, timeout=PATIENCE, retries=False
        )
        return Answer(answer.status, answer.headers, answer.data)

    def get(self, path: str) -> Answer:
        return self.request("GET", path)

    def post(self, project: str, body: Any, endpoint: str = "envelope", **headers: str) -> Answer:
        """``headers``: with underscores for dashes."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.request("POST", f"/api/{project}/{endpoint}/", body, {**AUTH, **named})

    def event(self, event_id: str, project: str) -> Any:
        return self.get(f"/api/0/events/{event_id}/?project={project}").json

    def events(self, project: str) -> list[Any]:
        listed: list[Any] = self.get(f"/api/0/events/?project={project}").json
        return listed


def new_project() -> str:
    return f"p{uuid4().hex[:8]}"


def new_id() -> str:
    return uuid4().hex


def envelope_of(event: object, event_id: str | None = None, *items: Item) -> bytes:
    headers = {} if event_id is None else {"event_id": event_id}
    return Envelope(headers, [Item.from_json("event", event), *items]).serialize()
