"""A Bugsink of our own: a real server of Sentry's ingestion protocol, written by somebody else.

It is installed from PyPI in a virtual environment below ``.cache``, once; each start has a
database of its own.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import urllib3

if TYPE_CHECKING:
    from collections.abc import Iterator

REQUIREMENT = "bugsink==2.6.1"
PROJECT = Path(__file__).parent / "bugsink_project"
CACHE = Path(__file__).parents[2] / ".cache"
HOME = CACHE / f"{REQUIREMENT.replace('==', '-')}-py{sys.version_info[0]}.{sys.version_info[1]}"
BIN = HOME / "bin"
PYTHON = str(BIN / "python")
EMPTY = HOME / "empty-databases"
STARTUP = urllib3.Retry(total=None, connect=100, read=100, status=100, backoff_factor=0.05)
STARTUP.status_forcelist = frozenset({502, 503})


class Bugsink:
    """One running server, its project, and its REST API."""

    def __init__(self, url: str, dsn: str, project: int, token: str) -> None:
        self.dsn = dsn
        self.project = project
        self._api = f"{url}/api/canonical/0"
        self._http = urllib3.PoolManager(headers={"Authorization": f"Bearer {token}"})

    def issues(self) -> list[dict[str, Any]]:
        """The issues of the project, as Bugsink grouped them."""
        return self._listing("issues", project=self.project)

    def events(self) -> list[dict[str, Any]]:
        """Every event of the project, whole."""
        found = [e for i in self.issues() for e in self._listing("events", issue=i["id"])]
        return [json.loads(self._get(f"events/{event['id']}")) for event in found]

    def event(self, event_id: str) -> dict[str, Any]:
        """The event with an id that the SDK gave."""
        return next(e for e in self.events() if e["event_id"].replace("-", "") == event_id)

    def stacktrace(self, event_id: str) -> str:
        """An event's stack trace as Bugsink renders it: frames, source lines, local variables."""
        return self._get(f"events/{self.event(event_id)['id']}/stacktrace")

    def _listing(self, what: str, **query: object) -> list[dict[str, Any]]:
        page = json.loads(self._get(what, query))
        assert page["next"] is None, "a test that sends this much has to turn pages"
        results: list[dict[str, Any]] = page["results"]
        return results

    def _get(self, path: str, query: dict[str, object] | None = None) -> str:
        answer = self._http.request("GET", f"{self._api}/{path}/?{urlencode(query or {})}")
        assert answer.status == 200, f"{answer.status} {answer.data!r}"
        return answer.data.decode()


@contextmanager
def running(folder: Path, quota: int = 10**9) -> Iterator[Bugsink]:
    """A fresh Bugsink that keeps its data in ``folder`` and takes ``quota`` events in 5 minutes."""
    install()
    with socket.create_server(("127.0.0.1", 0)) as listener:
        url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        environ = environment(folder, url, quota)
        shutil.copytree(EMPTY, folder, dirs_exist_ok=True)
        made = subprocess.check_output([PYTHON, PROJECT / "register.py"], env=environ)
        process = serve(listener, folder, environ)
        listener.close()
        try:
            urllib3.PoolManager().request("GET", f"{url}/health/ready", retries=STARTUP)
            yield Bugsink(url, **json.loads(made))
        finally:
            process.send_signal(signal.SIGQUIT)  # SIGTERM would wait for kept-alive connections
            process.wait(timeout=30)


def serve(
    listener: socket.socket, folder: Path, environ: dict[str, str]
) -> subprocess.Popen[bytes]:
    """Gunicorn on a socket that listens already, so that no port can be taken meanwhile."""
    command = [
        str(BIN / "gunicorn"),
        f"--bind=fd://{listener.fileno()}",
        "--threads=4",
        "--no-control-socket",
    ]
    with (folder / "log").open("wb") as log:
        return subprocess.Popen(
            [*command, "bugsink.wsgi"],
            env=environ,
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            pass_fds=[listener.fileno()],
        )


def environment(folder: Path, url: str, quota: int) -> dict[str, str]:
    """The environment that ``bugsink_settings`` reads, and nothing of a Sentry SDK's."""
    inherited = {k: v for k, v in os.environ.items() if not k.startswith(("SENTRY_", "PYTHON"))}
    return {
        **inherited,
        "PYTHONPATH": str(PROJECT),
        "DJANGO_SETTINGS_MODULE": "bugsink_settings",
        "BUGSINK_FOLDER": str(folder),
        "BUGSINK_URL": url,
        "BUGSINK_QUOTA": str(quota),
    }


def install() -> None:
    """Install Bugsink below ``.cache``, and keep its databases as they are before the first event."""
    is_ready = HOME / "ready"
    if is_ready.exists():
        return
    shutil.rmtree(HOME, ignore_errors=True)
    subprocess.check_call([sys.executable, "-m", "venv", str(HOME)])
    subprocess.check_call([PYTHON, "-m", "pip", "install", "-q", REQUIREMENT])
    EMPTY.mkdir()
    environ = environment(EMPTY, "http://127.0.0.1", 1)
    migrate = [str(BIN / "bugsink-manage"), "migrate", "--no-input", "--verbosity=0"]
    subprocess.check_call(migrate, env=environ)
    subprocess.check_call([*migrate, "--database=snappea"], env=environ)
    is_ready.touch()
