"""What requests of real libraries to a real server leave behind, each library by its own means."""

from __future__ import annotations

import asyncio
import http.client
import re
import urllib.error
import urllib.request
from collections.abc import Callable, Coroutine
from itertools import chain
from typing import TYPE_CHECKING, Any

import pytest
import urllib3

import rookery
from rookery.testing import RefusingServer, ScriptedServer
from rookery.transport import Answered, Sender
from rookery_transports.drivers.inline import InlineDriver
from rookery_transports.drivers.thread import ThreadDriver
from tests.integrations.libraries import needs

if TYPE_CHECKING:
    from rookery.transport import Outcome, Request, Setup
    from tests.client.keeping import Init, Keeping

Fetch = Callable[..., Any]
TRACE = re.compile(r"[0-9a-f]{32}-[0-9a-f]{16}")
TIMEOUT = 10


async def looking_back(request: Coroutine[Any, Any, None]) -> None:
    """On Python 3.10 the main task of ``asyncio.run`` has scopes of its own."""
    try:
        await request
    finally:
        rookery.capture_message("look back from inside")


def by_http_client(url: str, **headers: str) -> None:
    place, _, target = url.partition("://")[2].partition("/")
    connection = http.client.HTTPConnection(place.rpartition("@")[2], timeout=TIMEOUT)
    try:
        connection.request("GET", f"/{target}", headers=headers)
        connection.getresponse().read()
    finally:
        connection.close()


def by_urllib(url: str, **headers: str) -> None:
    try:
        urllib.request.urlopen(
            urllib.request.Request(url, headers=headers), timeout=TIMEOUT
        ).close()
    except urllib.error.HTTPError as error:
        error.close()


def by_urllib3(url: str, **headers: str) -> None:
    with urllib3.PoolManager(retries=urllib3.Retry(connect=False, redirect=5)) as pool:
        pool.request("GET", url, headers=headers, timeout=TIMEOUT)


def by_requests(url: str, **headers: str) -> None:
    import requests

    requests.get(url, headers=headers, timeout=TIMEOUT)


def by_httpx(url: str, **headers: str) -> None:
    import httpx

    with httpx.Client(follow_redirects=True, trust_env=False) as client:
        client.get(url, headers=headers)


def by_httpx_async(url: str, **headers: str) -> None:
    import httpx

    async def fetch() -> None:
        async with httpx.AsyncClient(follow_redirects=True, trust_env=False) as client:
            await client.get(url, headers=headers)

    asyncio.run(looking_back(fetch()))


def by_aiohttp(url: str, **headers: str) -> None:
    import aiohttp

    async def fetch() -> None:
        async with aiohttp.ClientSession() as session, session.get(url, headers=headers) as answer:
            await answer.read()

    asyncio.run(looking_back(fetch()))


BY_REQUESTS = pytest.param(by_requests, marks=needs("requests"))
BY_HTTPX = pytest.param(by_httpx, marks=needs("httpx"))
BY_HTTPX_ASYNC = pytest.param(by_httpx_async, marks=needs("httpx"))
BY_AIOHTTP = pytest.param(by_aiohttp, marks=needs("aiohttp"))
FOLLOWING = [by_urllib, by_urllib3, BY_REQUESTS, BY_HTTPX, BY_HTTPX_ASYNC, BY_AIOHTTP]
"""Ways that follow redirections."""
WAYS = [by_http_client, *FOLLOWING]
every_way = pytest.mark.parametrize("fetch", WAYS)


def crumbs(kept: Keeping) -> list[dict[str, Any]]:
    """What the events tell of requests."""
    rookery.capture_message("look back")
    told = (event.get("breadcrumbs", {"values": []})["values"] for event in kept.events)
    each = {crumb["timestamp"]: crumb for crumb in chain(*told) if crumb["type"] == "http"}
    return list(each.values())


@every_way
def test_a_request_is_one_crumb(fetch: Fetch, kept: Keeping, server: ScriptedServer) -> None:
    fetch(f"{server.url}/seats?row=3&token=hush")
    (crumb,) = crumbs(kept)
    assert crumb["category"] == "http"
    assert crumb["level"] == "info"
    data = dict(crumb["data"])
    data.pop("reason", None)
    assert data == {
        "url": f"{server.url}/seats",
        "http.query": "row=3&token=[Filtered]",
        "http.request.method": "GET",
        "http.response.status_code": 200,
    }


@every_way
@pytest.mark.parametrize(("status", "level"), [(404, "warning"), (503, "error")])
def test_the_level_tells_what_came_of_it(
    fetch: Fetch, status: int, level: str, kept: Keeping, server: ScriptedServer
) -> None:
    server.script(status)
    fetch(f"{server.url}/seats")
    (crumb,) = crumbs(kept)
    assert (crumb["level"], crumb["data"]["http.response.status_code"]) == (level, status)


@every_way
def test_a_request_without_an_answer_is_a_crumb_too(fetch: Fetch, kept: Keeping) -> None:
    with RefusingServer() as nobody, pytest.raises(Exception):  # noqa: B017, PT011
        fetch(f"http://127.0.0.1:{nobody.port}/seats")
    (crumb,) = crumbs(kept)
    assert crumb["level"] == "error"
    assert "http.response.status_code" not in crumb["data"]
    assert "Err" in crumb["data"]["reason"]


@every_way
def test_a_request_carries_the_trace_of_the_events(
    fetch: Fetch, kept: Keeping, server: ScriptedServer
) -> None:
    fetch(f"{server.url}/seats")
    rookery.capture_message("in the same trace")
    trace_id = kept.events[0]["contexts"]["trace"]["trace_id"]
    sent = server.requests[0].headers
    assert TRACE.fullmatch(sent["sentry-trace"])
    assert sent["sentry-trace"].startswith(trace_id)
    assert f"sentry-trace_id={trace_id}" in sent["baggage"].split(",")


@every_way
def test_baggage_of_others_stays(fetch: Fetch, kept: Keeping, server: ScriptedServer) -> None:
    fetch(f"{server.url}/seats", baggage="theirs=1")
    members = server.requests[0].headers["baggage"].replace(" ", "").split(",")
    assert "theirs=1" in members
    assert sum(member.startswith("sentry-trace_id=") for member in members) == 1


@every_way
def test_a_trace_that_the_program_gave_is_left(
    fetch: Fetch, kept: Keeping, server: ScriptedServer
) -> None:
    own = f"{'a' * 32}-{'b' * 16}-1"
    fetch(f"{server.url}/seats", **{"sentry-trace": own})
    assert server.requests[0].headers.get_all("sentry-trace") == [own]


@every_way
def test_only_targets_are_told_the_trace(fetch: Fetch, init: Init, server: ScriptedServer) -> None:
    kept = init(trace_propagation_targets=["/inside/"])
    fetch(f"{server.url}/outside/")
    fetch(f"{server.url}/inside/")
    outside, inside = (request.headers for request in server.requests)
    assert outside.get("sentry-trace") is outside.get("baggage") is None
    assert inside.get("sentry-trace") is not None
    assert len(crumbs(kept)) == 2


@every_way
def test_the_server_of_the_dsn_is_told_nothing(
    fetch: Fetch, init: Init, server: ScriptedServer
) -> None:
    kept = init(dsn=server.dsn)
    fetch(f"{server.url}/api/0/projects/")
    assert server.requests[0].headers.get("sentry-trace") is None
    assert crumbs(kept) == []


@pytest.mark.parametrize("fetch", FOLLOWING)
def test_a_redirection_is_a_request_of_its_own(
    fetch: Fetch, init: Init, server: ScriptedServer
) -> None:
    with ScriptedServer() as other:
        kept = init(dsn=other.dsn)
        server.script((302, {"Location": f"{server.url}/second"}))
        server.script((302, {"Location": f"{other.url}/third"}))
        fetch(f"{server.url}/first")
        assert [crumb["data"]["url"] for crumb in crumbs(kept)] == [
            f"{server.url}/first",
            f"{server.url}/second",
        ]
        first, second = (request.headers.get_all("sentry-trace") for request in server.requests)
        assert first == second
        assert len(first) == 1
        (third,) = other.requests
        assert third.headers.get("sentry-trace") is third.headers.get("baggage") is None


@pytest.mark.parametrize("fetch", [by_urllib3, BY_REQUESTS, BY_HTTPX, BY_AIOHTTP])
def test_passwords_are_taken_out_of_urls(
    fetch: Fetch, kept: Keeping, server: ScriptedServer
) -> None:
    fetch(server.url.replace("://", "://ada:hunter2@") + "/seats#row")
    (crumb,) = crumbs(kept)
    assert "hunter2" not in str(kept.events)
    assert crumb["data"]["url"].endswith(f"127.0.0.1:{server.port}/seats")


@every_way
def test_a_program_without_a_client_is_left_alone(fetch: Fetch, server: ScriptedServer) -> None:
    fetch(f"{server.url}/seats")
    headers = server.requests[0].headers
    assert headers.get("sentry-trace") is headers.get("baggage") is None


@every_way
def test_what_is_switched_off_passes_everything_through(
    fetch: Fetch, init: Init, server: ScriptedServer
) -> None:
    kept = init(disabled_integrations=["stdlib", "httpx", "aiohttp"])
    fetch(f"{server.url}/seats")
    assert crumbs(kept) == []
    assert server.requests[0].headers.get("sentry-trace") is None


class Errand(Sender):
    """Goes to a server that is not the DSN's, so that the guard alone can tell whose doing it is."""

    def __init__(self, url: str) -> None:
        self.url = url

    def post(self, request: Request) -> Outcome:
        by_urllib(self.url)
        return Answered(200)


@pytest.mark.parametrize("driver", [InlineDriver, ThreadDriver])
def test_nothing_that_a_transport_does_is_a_crumb(driver: Any, server: ScriptedServer) -> None:
    class Errands(driver):  # type: ignore[misc]  # either of the two
        def make_sender(self, setup: Setup) -> Sender:
            return Errand(f"{server.url}/errand")

    hints: list[Any] = []
    with rookery.isolation_scope() as scope:
        scope.clear()
        with rookery.init(
            "http://key@errors.example.com/7",
            transport=Errands,
            before_breadcrumb=lambda _, hint: hints.append(hint),
        ):
            rookery.capture_message("hello")
            assert rookery.flush(TIMEOUT)
            by_urllib(f"{server.url}/of-the-program")
    rookery.get_global_scope().set_client(None)
    errand, other = server.requests
    assert "sentry-trace" not in errand.headers
    assert "sentry-trace" in other.headers
    assert len(hints) == 1


@needs("aiohttp")
def test_answers_that_the_program_has_raised_are_answers(
    kept: Keeping, server: ScriptedServer
) -> None:
    import aiohttp

    async def fetch() -> None:
        async with aiohttp.ClientSession(raise_for_status=True) as session:
            await session.get(f"{server.url}/seats")

    server.script(503)
    with pytest.raises(aiohttp.ClientResponseError):
        asyncio.run(looking_back(fetch()))
    (crumb,) = crumbs(kept)
    assert crumb["data"]["http.response.status_code"] == 503


@needs("aiohttp")
def test_trace_configs_of_the_program_are_kept(kept: Keeping, server: ScriptedServer) -> None:
    import aiohttp

    seen: list[str] = []

    async def started(_session: object, _context: object, told: Any) -> None:
        seen.append(str(told.url))

    async def fetch() -> None:
        config = aiohttp.TraceConfig()
        config.on_request_start.append(started)
        async with aiohttp.ClientSession(trace_configs=[config]) as session:
            await session.get(f"{server.url}/seats")

    asyncio.run(looking_back(fetch()))
    assert seen == [f"{server.url}/seats"]
    assert len(crumbs(kept)) == 1


@needs("httpx")
def test_httpx_gives_the_program_its_headers_back(kept: Keeping, server: ScriptedServer) -> None:
    import httpx

    with httpx.Client(trust_env=False) as client:
        answer = client.get(f"{server.url}/seats")
    assert "sentry-trace" in server.requests[0].headers
    assert "sentry-trace" not in answer.request.headers


def test_a_proxy_is_not_where_the_request_goes(kept: Keeping, server: ScriptedServer) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=TIMEOUT)
    connection.request("GET", "http://inside.example/seats")
    connection.getresponse().read()
    connection.close()
    (crumb,) = crumbs(kept)
    assert crumb["data"]["url"] == "http://inside.example/seats"


def test_hooks_may_see_the_answer(init: Init, server: ScriptedServer) -> None:
    hints: list[Any] = []

    def look(crumb: Any, hint: Any) -> Any:
        hints.append(hint)
        return crumb

    init(before_breadcrumb=look)
    by_http_client(f"{server.url}/seats")
    assert hints[0]["httplib_response"].status == 200
