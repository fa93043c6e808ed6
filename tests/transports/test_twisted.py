"""What is particular to sending on Twisted's reactor."""

from __future__ import annotations

import ssl
import subprocess
import sys
import threading
from functools import partial
from typing import Any

import pytest

pytest.importorskip("twisted", reason="Twisted is not installed: pip install rookery[twisted]")
pytest.importorskip("OpenSSL", reason="pyOpenSSL is not installed: pip install rookery[twisted]")

from twisted.internet.defer import Deferred
from twisted.internet.endpoints import TCP4ClientEndpoint
from twisted.internet.protocol import Protocol
from twisted.web.client import Agent, HTTPConnectionPool, ProxyAgent
from twisted.web.http_headers import Headers

from rookery.dsn import Dsn
from rookery.errors import BadOption, UnsupportedSetting
from rookery.testing.conformance import CHECKS, Check, perform
from rookery.testing.reactors import TWISTED_ON_ASYNCIO, twisted_reactor
from rookery.testing.server import RefusingServer, ScriptedServer
from rookery.transport import build_transport
from rookery.transport.guard import is_delivering
from rookery_transports.senders.twisted_bodies import Bytes
from rookery_transports.senders.twisted_wire import Layers
from tests.transports import lifetimes
from tests.transports.lifetimes import A_LIFETIME, PROGRAMS, error, live, messages

run = partial(live, "reacting.py")
build = partial(lifetimes.build, "twisted")


def test_a_reactor_may_be_chosen_after_init(server: ScriptedServer) -> None:
    assert run(server.dsn, "chooses_later") == "AsyncioSelectorReactor"
    assert messages(server) == ["before", "the last"]


def test_what_came_before_any_reactor_leaves_as_soon_as_one_runs(server: ScriptedServer) -> None:
    command = [sys.executable, "-W", "error", str(PROGRAMS / "reacting.py"), server.dsn]
    with subprocess.Popen(
        [*command, "captures_before_there_is_a_reactor"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as program:
        try:
            server.wait_for(1)
        finally:
            said, _ = program.communicate("stop", timeout=A_LIFETIME)
    assert (program.returncode, said.strip()) == (0, "module")
    assert messages(server) == ["early"]


def test_a_reactor_that_never_runs_loses_nothing(server: ScriptedServer) -> None:
    run(server.dsn, "never_runs")
    assert messages(server) == ["to nobody"]


@pytest.mark.parametrize(
    ("what", "said"),
    [
        ("flushes_in_a_coroutine", "True [1] 1"),
        ("closes_in_a_coroutine", "True 1"),
        ("flushes_in_the_reactor", "True 1"),
        ("captures_in_threads", "True 5"),
    ],
)
def test_what_was_captured_can_be_waited_for(server: ScriptedServer, what: str, said: str) -> None:
    assert run(server.dsn, what) == said
    assert len(messages(server)) == int(said.rsplit(maxsplit=1)[-1])


def test_nothing_is_imported_while_the_reactor_runs(server: ScriptedServer) -> None:
    assert run(server.dsn, "notes_what_is_imported") == "True []"


def test_a_child_forked_by_the_reactor_sends_what_is_its_own(server: ScriptedServer) -> None:
    assert run(server.dsn, "forks") == "0"
    assert sorted(messages(server)) == ["child", "parent"]


def test_a_child_that_runs_its_copy_of_the_reactor_sends_what_is_its_own(
    server: ScriptedServer,
) -> None:
    assert run(server.dsn, "forks_before_the_reactor_runs") == "0"
    assert sorted(messages(server)) == ["child", "parent"]


def test_a_main_thread_beside_the_reactor_waits_for_it(server: ScriptedServer) -> None:
    assert run(server.dsn, "runs_in_a_thread") == "True 1"
    assert messages(server) == ["from outside", "at the end"]


def test_a_server_that_stalls_does_not_keep_the_reactor_from_stopping(
    server: ScriptedServer,
) -> None:
    server.script(*["stall"] * 50)
    run(server.dsn, "chooses_later")


def test_the_end_of_the_reactor_and_of_the_program_share_one_deadline(
    server: ScriptedServer,
) -> None:
    server.script(*["stall"] * 50)
    assert run(server.dsn, "ends_with_a_server_that_is_silent") == "True"
    assert len(server.requests) == 1


LOGGED_ANYWAY = ["the only one", "Main loop terminated."]


@pytest.mark.parametrize("mishap", ["reset", "garbage", "no answer", "refused"])
def test_nothing_that_twisted_logs_of_a_delivery_is_captured(
    server: ScriptedServer, mishap: str
) -> None:
    with RefusingServer() as nobody:
        server.script(mishap if mishap != "refused" else 200)
        said = run(nobody.dsn if mishap == "refused" else server.dsn, "logs_everything")
    assert said.splitlines() == LOGGED_ANYWAY


@pytest.mark.parametrize("check", CHECKS, ids=str)
def test_every_check_holds_on_a_loop_of_asyncio(check: Check) -> None:
    result = perform(check, TWISTED_ON_ASYNCIO)
    if result.outcome == "skipped":
        pytest.skip(result.reason)
    if result.error is not None:
        raise result.error


def test_a_socks_proxy_is_refused_by_name(server: ScriptedServer) -> None:
    proxy = "socks5h://ann:secret@127.0.0.1:1080"
    with pytest.raises(UnsupportedSetting, match="'twisted' cannot honour http_proxy=") as refused:
        build(server.dsn, http_proxy=proxy)
    assert "secret" not in str(refused.value)


def test_a_socks_proxy_of_the_environment_is_not_left_out() -> None:
    environ = {"https_proxy": "socks5://127.0.0.1:1080"}
    with pytest.raises(UnsupportedSetting, match="https_proxy"):
        build_transport(Dsn.parse("https://k@errors.invalid/1"), "twisted", environ=environ)


def test_a_context_of_the_ssl_module_is_refused(server: ScriptedServer) -> None:
    with pytest.raises(UnsupportedSetting, match="ssl_context"):
        build(server.dsn, ssl_context=ssl.create_default_context())


def test_what_is_no_reactor_is_refused(server: ScriptedServer) -> None:
    with pytest.raises(BadOption, match="reactor"):
        build(server.dsn, reactor="epoll")


def test_an_answer_without_end_is_read_up_to_a_limit(server: ScriptedServer) -> None:
    with twisted_reactor() as options:
        transport = build(server.dsn, **options)
        server.script((200, {}, b"x" * 1_000_000), 200)
        for number in (1, 2):
            transport.submit(error(number))
        assert transport.flush(10)
        assert transport.stats.delivered == 2
        assert transport.close(10)


def test_what_a_stopped_reactor_left_is_sent_by_who_flushes(server: ScriptedServer) -> None:
    with twisted_reactor() as options:
        transport = build(server.dsn, shutdown_timeout=0.2, **options)
        server.hold()
        transport.submit(error(1))
        server.wait_for(1)
    server.release()
    transport.submit(error(2))
    assert transport.flush(10)
    stats = transport.stats
    assert (stats.offered, stats.delivered, stats.pending) == (2, 2, 0), str(stats)
    assert transport.close(10)


def test_what_is_done_when_something_arrives_is_the_transports_own(server: ScriptedServer) -> None:
    marks: list[bool] = []
    heard = threading.Event()

    class Noting(Protocol):
        def connectionMade(self) -> None:  # noqa: N802 - Twisted's name
            transport: Any = self.transport
            transport.write(b"GET / HTTP/1.0\r\n\r\n")

        def dataReceived(self, _: bytes) -> None:  # noqa: N802 - Twisted's name
            marks.append(is_delivering())
            heard.set()

    with twisted_reactor() as options:
        reactor: Any = options["reactor"]

        async def ask() -> None:
            factory: Any = Layers(set())
            address = ("127.0.0.1", server.port)
            layer: Any = await TCP4ClientEndpoint(reactor, *address).connect(factory)
            layer.carry(Noting())

        reactor.callFromThread(lambda: Deferred.fromCoroutine(ask()))
        assert heard.wait(10)
    assert set(marks) == {True}


AUTHORITY = "errors.invalid:8000"
ADDED = ("Host", "Content-Length", "Proxy-Authorization")


def ask_by_agent(reactor: Any, agent: Any, url: str, server: ScriptedServer) -> None:
    """What our transport asked, asked by Twisted's own agent."""
    ours = server.requests[0]
    headers = Headers({n: [v] for n, v in ours.headers.items() if n not in ADDED})
    if "Proxy-Authorization" in ours.headers:
        headers.setRawHeaders("Proxy-Authorization", [ours.headers["Proxy-Authorization"]])
    asked = (b"POST", url.encode(), headers, Bytes(ours.body))
    answered = threading.Event()
    reactor.callFromThread(lambda: agent.request(*asked).addBoth(lambda _: answered.set()))
    assert answered.wait(10)


@pytest.mark.parametrize("is_by_proxy", [False, True])
def test_a_request_is_written_as_agents_are(server: ScriptedServer, *, is_by_proxy: bool) -> None:
    with twisted_reactor() as options:
        reactor: Any = options["reactor"]
        authority = AUTHORITY if is_by_proxy else f"127.0.0.1:{server.port}"
        proxy = f"http://ann:secret@127.0.0.1:{server.port}"
        settings = {**options, "compression": "none"}
        if is_by_proxy:
            settings["http_proxy"] = proxy
        dsn = Dsn.parse(f"http://key@{authority}/7")
        transport = build_transport(dsn, "twisted", arguments=settings)
        for number in (1, 2):
            transport.submit(error(number))
        assert transport.close(10)
        endpoint: Any = TCP4ClientEndpoint(reactor, "127.0.0.1", server.port)
        pool: Any = HTTPConnectionPool(reactor, persistent=True)
        direct: Any = Agent(reactor, pool=pool)
        agent = ProxyAgent(endpoint, reactor, pool) if is_by_proxy else direct
        ask_by_agent(reactor, agent, f"http://{authority}/api/7/envelope/", server)
        reactor.callFromThread(pool.closeCachedConnections)
    *ours, theirs = server.requests
    assert len(ours) == 2
    for each in ours:
        assert each.target == theirs.target
        assert list(each.headers.items()) == list(theirs.headers.items())
