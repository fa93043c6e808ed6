"""Which proxy a DSN's server is reached through."""

from __future__ import annotations

import pytest

from rookery.transport import proxy_for
from tests.plug.plugs import HTTP, HTTPS, build, settings

PROXY = "http://proxy.example.com:3128"
OTHER = "http://other.example.com:3128"


def chosen(dsn: str, environ: dict[str, str] | None = None, **arguments: object) -> str | None:
    setup = build(dsn, environ=environ, **arguments).setup
    return proxy_for(setup.settings, setup.dsn)


def test_no_proxy_is_used_unless_one_is_named() -> None:
    assert chosen(HTTPS) is None


def test_each_wire_has_its_own_proxy() -> None:
    assert chosen(HTTP, http_proxy=PROXY, https_proxy=OTHER) == PROXY
    assert chosen(HTTPS, http_proxy=PROXY, https_proxy=OTHER) == OTHER


def test_an_http_proxy_that_the_program_names_serves_https_too() -> None:
    assert chosen(HTTPS, http_proxy=PROXY) == PROXY
    assert chosen(f"{HTTPS}?http_proxy=http://proxy.example.com:3128") == PROXY


def test_an_http_proxy_that_the_program_names_beats_an_https_proxy_of_the_environment() -> None:
    assert chosen(HTTPS, {"HTTPS_PROXY": OTHER}, http_proxy=PROXY) == PROXY


def test_an_empty_https_proxy_keeps_https_direct() -> None:
    assert chosen(HTTPS, http_proxy=PROXY, https_proxy="") is None


def test_an_http_proxy_of_the_environment_serves_http_alone() -> None:
    assert chosen(HTTP, {"HTTP_PROXY": PROXY}) == PROXY
    assert chosen(HTTPS, {"HTTP_PROXY": PROXY}) is None


@pytest.mark.parametrize("variable", ["HTTPS_PROXY", "https_proxy", "ROOKERY_HTTPS_PROXY"])
def test_the_environment_names_a_proxy(variable: str) -> None:
    assert chosen(HTTPS, {variable: PROXY}) == PROXY


def test_an_empty_text_switches_the_proxy_of_the_environment_off() -> None:
    assert chosen(HTTPS, {"HTTPS_PROXY": PROXY}, https_proxy="") is None
    assert chosen(f"{HTTPS}?https_proxy=", {"HTTPS_PROXY": PROXY}) is None


def test_an_empty_variable_in_lower_case_switches_the_upper_case_one_off() -> None:
    assert chosen(HTTPS, {"HTTPS_PROXY": PROXY, "https_proxy": ""}) is None


def test_a_cgi_program_does_not_trust_the_http_proxy_in_upper_case() -> None:
    cgi = {"REQUEST_METHOD": "GET"}

    assert chosen(HTTP, {"HTTP_PROXY": PROXY, **cgi}) is None
    assert chosen(HTTP, {"http_proxy": PROXY, **cgi}) == PROXY
    assert chosen(HTTPS, {"HTTPS_PROXY": PROXY, **cgi}) == PROXY


@pytest.mark.parametrize("variable", ["NO_PROXY", "no_proxy", "ROOKERY_NO_PROXY"])
def test_the_environment_names_hosts_without_a_proxy(variable: str) -> None:
    assert chosen(HTTPS, {"HTTPS_PROXY": PROXY, variable: "errors.example.com"}) is None


@pytest.mark.parametrize(
    ("host", "no_proxy"),
    [
        ("errors.example.com", "*"),
        ("errors.example.com", "errors.example.com"),
        ("errors.example.com", "ERRORS.example.COM."),
        ("errors.example.com", "example.com"),
        ("errors.example.com", ".example.com"),
        ("errors.example.com", "*.example.com"),
        ("errors.example.com", "localhost, .example.com"),
        ("errors.example.com", "errors.example.com:443"),
        ("errors.example.com:9000", "errors.example.com:9000"),
        ("errors.example.com", "*:443"),
        ("localhost", "localhost"),
        ("10.1.2.3", "10.1.2.3"),
        ("10.1.2.3", "10.0.0.0/8"),
        ("10.1.2.3:9000", "10.1.2.3:9000"),
        ("[::1]", "::1"),
        ("[::1]", "[::1]"),
        ("[::1]:9000", "[::1]:9000"),
        ("[2001:db8::7]", "2001:db8::/32"),
    ],
)
def test_no_proxy_names(host: str, no_proxy: str) -> None:
    assert chosen(f"https://key@{host}/7", https_proxy=PROXY, no_proxy=no_proxy) is None


@pytest.mark.parametrize(
    ("host", "no_proxy"),
    [
        ("errors.example.com", ""),
        ("errors.example.com", "rors.example.com"),
        ("errors.example.com", "errors.example.com:80"),
        ("errors.example.com", "errors.example"),
        ("errors.example.com", "10.0.0.0/8"),
        ("errors.example.com", ":443"),
        ("errors.example.com", "."),
        ("10.1.2.3", "11.0.0.0/8"),
        ("10.1.2.3", "10.1.2.3:80"),
        ("10.1.2.3", ".2.3.4"),
        ("[::1]", "::2"),
    ],
)
def test_no_proxy_does_not_name(host: str, no_proxy: str) -> None:
    assert chosen(f"https://key@{host}/7", https_proxy=PROXY, no_proxy=no_proxy) == PROXY


def test_no_proxy_may_be_switched_off_by_the_program() -> None:
    environ = {"HTTPS_PROXY": PROXY, "NO_PROXY": "*"}

    assert chosen(HTTPS, environ, no_proxy="") == PROXY
    assert settings(environ=environ, no_proxy=()).no_proxy == ()
