"""The HTTP and the SOCKS proxy, against urllib3."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
import urllib3

from rookery.testing.proxy import HttpProxy
from rookery.testing.server import RefusingServer, ScriptedServer
from rookery.testing.socks import SocksProxy

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rookery.testing.server import Scheme

TIMEOUT = urllib3.Timeout(5)


def trust(url: str) -> dict[str, Any]:
    if url.startswith("http:"):
        return {}
    certificates = pytest.importorskip("rookery.testing.certificates", reason="needs trustme")
    return {"ca_certs": certificates.ca_certs()}


@pytest.fixture(params=["http", "https"])
def server(request: pytest.FixtureRequest) -> Iterator[ScriptedServer]:
    scheme: Scheme = request.param
    trust(f"{scheme}:")
    with ScriptedServer(scheme) as server:
        yield server


def through(proxy_url: str, url: str, **settings: Any) -> int:
    with urllib3.ProxyManager(
        proxy_url, retries=False, timeout=TIMEOUT, **trust(url), **settings
    ) as pool:
        return pool.request("POST", url, body=b"x").status


def through_socks(proxy_url: str, url: str) -> int:
    pytest.importorskip("socks")
    from urllib3.contrib.socks import SOCKSProxyManager

    with SOCKSProxyManager(proxy_url, retries=False, timeout=TIMEOUT, **trust(url)) as pool:
        return pool.request("POST", url, body=b"x").status


def test_http_goes_through_in_absolute_form_and_arrives_in_origin_form() -> None:
    with ScriptedServer() as server, HttpProxy() as proxy:
        assert through(proxy.url, f"{server.url}/a?b=c") == 200
        assert [(r.method, r.target) for r in proxy.requests] == [("POST", f"{server.url}/a?b=c")]
        assert [(r.target, r.body) for r in server.requests] == [("/a?b=c", b"x")]


def test_https_goes_through_a_tunnel() -> None:
    trust("https:")
    with ScriptedServer("https") as server, HttpProxy() as proxy:
        assert through(proxy.url, server.url) == 200
        assert [r.method for r in proxy.requests] == ["CONNECT"]
        assert proxy.requests[0].target == f"127.0.0.1:{server.port}"
        assert len(server.requests) == 1


def test_a_proxy_asks_for_credentials_and_keeps_them_to_itself(server: ScriptedServer) -> None:
    right = urllib3.make_headers(proxy_basic_auth="ann:secret")
    wrong = urllib3.make_headers(proxy_basic_auth="ann:guess")
    with HttpProxy("ann", "secret") as proxy:
        assert through(proxy.url, server.url, proxy_headers=right) == 200
        assert "Proxy-Authorization" not in server.requests[0].headers
        for headers in (wrong, {}):
            if server.scheme == "http":
                assert through(proxy.url, server.url, proxy_headers=headers) == 407
            else:
                with pytest.raises(urllib3.exceptions.ProxyError, match="407"):
                    through(proxy.url, server.url, proxy_headers=headers)
        assert len(server.requests) == 1
        assert len(proxy.requests) == 3


def test_a_proxy_says_that_the_server_is_not_there() -> None:
    with RefusingServer() as server, HttpProxy() as proxy:
        assert through(proxy.url, f"http://127.0.0.1:{server.port}") == 502


def test_a_socks_proxy_hands_on_and_records(server: ScriptedServer) -> None:
    with SocksProxy() as proxy:
        assert through_socks(proxy.url, server.url) == 200
        assert proxy.requests == [("127.0.0.1", server.port, False, None)]
        assert len(server.requests) == 1


def test_a_socks_proxy_looks_names_up() -> None:
    with ScriptedServer() as server, SocksProxy() as proxy:
        assert through_socks(proxy.url, f"http://localhost:{server.port}") == 200
        assert proxy.requests[0].is_name


def test_a_socks_proxy_asks_for_credentials() -> None:
    with ScriptedServer() as server, SocksProxy("ann", "secret") as proxy:
        assert through_socks(proxy.url_for("ann", "secret"), server.url) == 200
        assert proxy.requests[0].user == "ann"
        for url in (proxy.url, proxy.url_for("ann", "guess")):
            with pytest.raises(urllib3.exceptions.HTTPError):
                through_socks(url, server.url)
        assert len(server.requests) == 1


def test_a_socks_proxy_says_that_the_server_is_not_there() -> None:
    with (
        RefusingServer() as server,
        SocksProxy() as proxy,
        pytest.raises(urllib3.exceptions.HTTPError, match="refused"),
    ):
        through_socks(proxy.url, f"http://127.0.0.1:{server.port}")
