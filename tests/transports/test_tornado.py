"""What is particular to sending on Tornado's loop, through either of its clients."""

from __future__ import annotations

import os
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest

pytest.importorskip("tornado", reason="Tornado is not installed: pip install rookery[tornado]")

from rookery.errors import BadOption, UnsupportedSetting
from rookery.testing.conformance import CHECKS, Check, perform
from rookery.testing.ioloops import TORNADO_WITH_CURL, tornado_loop, tornado_loop_with_curl
from rookery.testing.proxy import HttpProxy
from tests.transports import lifetimes
from tests.transports.lifetimes import error, live, messages

if TYPE_CHECKING:
    from rookery.testing.server import ScriptedServer

run = partial(live, "ioloop.py")
build = partial(lifetimes.build, "tornado")
PROXY = "http://127.0.0.1:3128"


def need_curl() -> None:
    """Older releases of Tornado do not get on with today's pycurl; both of its own time may."""
    pytest.importorskip("pycurl", reason="pycurl is not installed: pip install pycurl")
    import tornado

    if tornado.version_info < (6, 6):
        pytest.skip(f"Tornado {tornado.version} asks what pycurl does not answer any more")


def test_two_loops_may_follow_each_other(server: ScriptedServer) -> None:
    run(server.dsn, "runs_twice")
    assert messages(server) == ["before", "first", "second", "after"]


def test_events_may_come_from_other_threads(server: ScriptedServer) -> None:
    assert run(server.dsn, "captures_elsewhere") == "True 5"
    assert sorted(messages(server)) == ["0", "1", "2", "3", "4"]


def test_what_a_stopped_loop_left_is_sent_at_the_exit(server: ScriptedServer) -> None:
    run(server.dsn, "stops_with_an_event")
    assert set(messages(server)) == {"the last"}


@pytest.mark.parametrize("mishap", ["reset", "garbage", "no answer"])
def test_nothing_that_tornado_logs_of_a_delivery_is_captured(
    server: ScriptedServer, mishap: str
) -> None:
    server.script(mishap)
    assert run(server.dsn, "logs_everything").splitlines() == ["the only one"]


@pytest.mark.parametrize("check", CHECKS, ids=str)
@pytest.mark.parametrize("scheme", ["http", "https"])
def test_every_check_holds_with_curl(check: Check, scheme: Any) -> None:
    need_curl()
    result = perform(check, TORNADO_WITH_CURL, scheme)
    if isinstance(result.error, UnsupportedSetting):  # ssl_context: curl's TLS is not Python's
        pytest.skip(str(result.error))
    if result.outcome == "skipped":
        pytest.skip(result.reason)
    if result.error is not None:
        raise result.error


@pytest.mark.parametrize(
    ("settings", "environ", "named"),
    [
        ({"http_proxy": PROXY}, {}, "http_proxy"),
        ({}, {"http_proxy": PROXY}, "http_proxy"),
    ],
)
def test_what_the_simple_client_cannot_is_refused_with_the_cure(
    settings: dict[str, Any], environ: dict[str, str], named: str
) -> None:
    with pytest.raises(UnsupportedSetting) as refused:
        build("http://key@errors.invalid/1", environ, **settings)
    for said in ("'tornado'", named, "pip install pycurl", "AsyncHTTPClient.configure"):
        assert said in str(refused.value)


def test_a_proxy_that_does_not_apply_is_nothing_to_refuse() -> None:
    environ = {"https_proxy": PROXY, "http_proxy": PROXY, "no_proxy": "errors.invalid"}
    assert build("http://key@errors.invalid/1", environ).close(0)


def test_curl_looks_at_no_proxy_of_the_environment(
    server: ScriptedServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    need_curl()
    with HttpProxy() as proxy, tornado_loop_with_curl() as options:
        for name in ("http_proxy", "all_proxy"):
            monkeypatch.setitem(os.environ, name, proxy.url)
        transport = build(server.dsn, **options)
        transport.submit(error(1))
        assert transport.flush(10)
        assert transport.stats.delivered == 1
        assert proxy.requests == []
        assert transport.close(10)


def test_what_is_no_loop_is_refused() -> None:
    with pytest.raises(BadOption, match="io_loop"):
        build("http://key@errors.invalid/1", io_loop="epoll")


def test_an_answer_without_end_is_read_up_to_a_limit(server: ScriptedServer) -> None:
    with tornado_loop() as options:
        transport = build(server.dsn, **options)
        server.script((200, {}, b"x" * 1_000_000), 200)
        for number in (1, 2):
            transport.submit(error(number))
        assert transport.flush(10)
        assert transport.stats.delivered == 2
        assert transport.close(10)
