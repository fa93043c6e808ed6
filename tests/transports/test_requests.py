"""``requests``: what a session of the user's adds, and what it must not."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

from rookery.dsn import Dsn
from rookery.envelope import Envelope, Item
from rookery.errors import ConfigurationError
from rookery.testing import ScriptedServer
from rookery.transport import build_transport
from tests.laws.running import run

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rookery.transport.contract import Transport

requests = pytest.importorskip("requests", reason="requests is not installed: rookery[requests]")
NAMES = ["requests", "threaded+requests"]


@pytest.fixture
def server() -> Iterator[ScriptedServer]:
    with ScriptedServer() as scripted:
        yield scripted


@pytest.fixture
def session() -> Iterator[Any]:
    with requests.Session() as opened:
        opened.trust_env = False
        yield opened


def build(dsn: str, name: str = "requests", **arguments: Any) -> Transport:
    return build_transport(Dsn.parse(dsn), name, arguments=arguments)


def error() -> Envelope:
    return Envelope({"event_id": "0" * 32}, [Item.from_json("event", {"message": "oops"})])


@pytest.mark.parametrize("name", NAMES)
def test_a_session_adds_its_headers_its_authentication_and_its_hooks(
    server: ScriptedServer, session: Any, name: str
) -> None:
    heard: list[int] = []
    session.headers["X-Team"] = "orders"
    session.auth = ("ann", "secret")
    session.hooks["response"].append(lambda response, **_: heard.append(response.status_code))
    transport = build(server.dsn, name, session=session)

    transport.submit(error())
    assert transport.close(10.0)

    (request,) = server.requests
    assert request.headers["X-Team"] == "orders"
    assert request.headers["Authorization"].startswith("Basic ")
    assert request.auth["sentry_key"]
    assert heard == [200]


def test_a_session_stays_open_and_as_it_was_for_other_addresses(
    server: ScriptedServer, session: Any
) -> None:
    transport = build(server.dsn, session=session)
    transport.submit(error())
    before = session.get_adapter(server.url)
    assert transport.close(10.0)

    assert session.get_adapter(server.url) is before
    assert session.get(server.url, timeout=10).status_code == 200


def test_without_a_session_requests_adds_nothing_of_its_own(server: ScriptedServer) -> None:
    for name in ("sync", "requests"):
        transport = build(server.dsn, name)
        transport.submit(error())
        transport.close(10.0)

    ours, theirs = ({name.lower() for name in request.headers} for request in server.requests)
    assert ours == theirs


def test_nothing_of_the_environment_reaches_the_wire(
    server: ScriptedServer, monkeypatch: pytest.MonkeyPatch, tmp_path: Any
) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login ann password secret\n")
    monkeypatch.setenv("NETRC", str(netrc))
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    transport = build(server.dsn)
    transport.submit(error())

    assert transport.stats.delivered == 1
    assert "Authorization" not in server.requests[0].headers


def test_two_transports_share_a_session(server: ScriptedServer, session: Any) -> None:
    with ScriptedServer() as other:
        for there in (server, other, server):
            transport = build(there.dsn, session=session)
            transport.submit(error())
            transport.close(10.0)

        assert (len(server.requests), len(other.requests)) == (2, 1)


@pytest.mark.parametrize(
    ("name", "value", "instead"),
    [
        ("verify", False, "verify_ssl"),
        ("cert", "client.pem", "cert_file"),
        ("proxies", {"http": "http://proxy:1"}, "http_proxy"),
    ],
)
def test_what_a_session_says_of_the_connection_is_refused(
    session: Any, name: str, value: Any, instead: str
) -> None:
    setattr(session, name, value)

    with pytest.raises(ConfigurationError, match=rf"its {name} would have no effect.*{instead}"):
        build("http://key@127.0.0.1/1", session=session)


def test_an_adapter_of_the_users_is_refused_if_it_is_for_the_server(session: Any) -> None:
    class Courier(requests.adapters.HTTPAdapter):  # type: ignore[misc, name-defined]  # found at run time
        """Carries requests its own way."""

    session.mount("http://elsewhere.example", Courier())
    build("http://key@127.0.0.1/1", session=session)
    session.mount("http://127.0.0.1", Courier())

    with pytest.raises(ConfigurationError, match=r"its Courier would be left out.*Sender"):
        build("http://key@127.0.0.1/1", session=session)


@pytest.mark.parametrize("given", ["a text", object()])
def test_what_is_no_session_is_refused(given: object) -> None:
    with pytest.raises(ConfigurationError, match=r"session: .* is not allowed; give a requests"):
        build("http://key@127.0.0.1/1", session=given)


ABSENT = """
import sys
from importlib.abc import MetaPathFinder

class Absent(MetaPathFinder):
    def find_spec(self, name, path=None, target=None):
        if name == "requests":
            raise ModuleNotFoundError(name)

sys.meta_path.insert(0, Absent())
import rookery
try:
    rookery.init("http://key@127.0.0.1/1", transport=sys.argv[1])
except ValueError as error:
    print(error)
rookery.init("http://key@127.0.0.1/1", transport="sync")
"""


@pytest.mark.parametrize("name", NAMES)
def test_without_the_library_init_says_what_to_install(name: str) -> None:
    ran = subprocess.run(
        [sys.executable, "-c", ABSENT, name],
        capture_output=True,
        text=True,
        check=False,
    )

    assert "pip install 'rookery[requests]'" in ran.stdout, ran.stderr
    assert ran.returncode == 0


@pytest.mark.parametrize("last", ["end", "late", "finalizer"])
def test_a_program_ends_with_everything_sent(server: ScriptedServer, last: str) -> None:
    ended = run("ending", f"{server.dsn}?shutdown_timeout=30", "threaded+requests", last)

    assert ended.code == 0
    assert "Traceback" not in ended.complained
    assert len(server.events) == 101


@pytest.mark.parametrize("name", NAMES)
def test_interruptions_never_hang(server: ScriptedServer, name: str) -> None:
    ended = run("interrupted", server.dsn, name, "finalizer", 100)

    assert ended.code == 0, ended.complained
