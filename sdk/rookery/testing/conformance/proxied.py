"""Proxies: asked when they are set, past when they are not to be, never left out by surprise."""

from __future__ import annotations

from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from urllib3.util import Retry, make_headers

from rookery.errors import ConfigurationError
from rookery.testing.conformance.check import Unsuitable, check
from rookery.testing.conformance.tls import BAD
from rookery.testing.proxy import HttpProxy
from rookery.testing.server import RefusingServer
from rookery.testing.socks import SocksProxy

if TYPE_CHECKING:
    from rookery.testing.certificates import CertificateKind
    from rookery.testing.conformance.rig import Rig
    from rookery.transport.contract import Transport

NETWORK_ERROR = {("network_error", "error"): 1}


def through(rig: Rig, url: str, **settings: Any) -> dict[str, Any]:
    """The settings that send the rig's scheme through a proxy."""
    return {f"{rig.scheme}_proxy": url, **settings}


def assert_delivered(rig: Rig, settings: dict[str, Any]) -> None:
    """Two events go through, and arrive."""
    assert_arrives(rig, rig.build(retries=False, **settings))


def assert_arrives(rig: Rig, transport: Transport) -> None:
    """Two events arrive."""
    rig.submit(transport, 1, 2)
    rig.settle(transport)
    assert rig.numbers() == [1, 2], str(transport.stats)


def assert_lost(rig: Rig, settings: dict[str, Any]) -> None:
    """Nothing arrives: the proxy is not left out."""
    assert_stays_here(rig, rig.build(retries=Retry(total=1), **settings))


def assert_stays_here(rig: Rig, transport: Transport) -> None:
    """An event is one loss, and does not arrive."""
    rig.submit(transport, 1)
    rig.settle(transport)
    assert rig.received() == [], "the proxy was left out"
    assert sum(rig.losses(transport).values()) == 1, str(transport.stats)


def build_or_refuse(rig: Rig, url: str, **settings: Any) -> Transport | None:
    """A transport behind this proxy; None if it refuses such a one, and says who refuses what."""
    named = f"{rig.scheme}_proxy"
    trust = {"ca_certs": over_tls_authority()} if url.startswith("https:") else {}
    try:
        return rig.build(**{named: url, "retries": False, **trust, **settings})
    except ConfigurationError as refusal:
        told = str(refusal)
        words = [repr(part) for part in (rig.backend.name, *rig.backend.name.split("+"))]
        assert named in told, f"the refusal does not name {named}: {told}"
        assert any(word in told for word in words), f"the refusal does not name it: {told}"
        return None


def over_tls(certificate: CertificateKind) -> dict[str, Any]:
    """How a proxy is made that is reached by https. Raises :class:`Unsuitable`."""
    if not find_spec("trustme"):
        raise Unsuitable("trustme is not installed: pip install rookery[testing]")
    return {"scheme": "https", "certificate": certificate}


def over_tls_authority() -> str:
    """The path of the authority that such a proxy is trusted by."""
    from rookery.testing.certificates import ca_certs

    return ca_certs()


@check("http", "proxy", settings="http_proxy https_proxy")
def a_proxy_is_asked(rig: Rig) -> None:
    """A proxy is asked: for http by the whole URL, for https by ``CONNECT``."""
    proxy = rig.open(HttpProxy())
    assert_delivered(rig, through(rig, proxy.url))
    asked = {(head.method, head.target) for head in proxy.requests}
    address = f"127.0.0.1:{rig.server.port}"
    expected = {
        "http": ("POST", f"http://{address}/api/42/envelope/"),
        "https": ("CONNECT", address),
    }
    assert asked == {expected[rig.scheme]}, str(asked)


@check("http", "proxy", scheme="https", settings="https_proxy")
def a_proxy_sees_nothing_of_what_it_hands_on(rig: Rig) -> None:
    """Through a tunnel the key and the events are for the server alone."""
    proxy = rig.open(HttpProxy())
    assert_delivered(rig, through(rig, proxy.url))
    (asked,) = proxy.requests
    assert asked.method == "CONNECT", str(asked)
    assert "X-Sentry-Auth" not in asked.headers, str(asked)


@check("http", "proxy", settings="http_proxy https_proxy proxy_headers")
def a_proxy_is_told_who_asks(rig: Rig) -> None:
    """Credentials for a proxy stand in its URL or in ``proxy_headers``, and go no further."""
    token = make_headers(proxy_basic_auth="ann:se cret")
    for url, headers in (("ann:se%20cret@", {}), ("", token)):
        rig.serve()
        proxy = rig.open(HttpProxy("ann", "se cret"))
        address = proxy.url.replace("//", f"//{url}")
        assert_delivered(rig, through(rig, address, proxy_headers=headers))
        told = [r for r in rig.server.requests if "Proxy-Authorization" in r.headers]
        assert not told, f"the server was told the proxy's credentials: {told}"


@check("http", "proxy", settings="http_proxy https_proxy")
def a_proxy_that_refuses_is_a_failure(rig: Rig) -> None:
    """A proxy that wants other credentials is a failure; the server is not asked directly."""
    proxy = rig.open(HttpProxy("ann", "secret"))
    assert_lost(rig, through(rig, proxy.url_for("ann", "guess")))


@check("http", "proxy", settings="http_proxy https_proxy")
def a_proxy_that_is_away_is_a_failure(rig: Rig) -> None:
    """A proxy that is not there is a failure; the server is not asked directly."""
    nobody = rig.open(RefusingServer())
    assert_lost(rig, through(rig, f"http://127.0.0.1:{nobody.port}"))


@check("http", "proxy", settings="http_proxy https_proxy")
def a_proxy_is_reached_over_tls(rig: Rig) -> None:
    """A proxy with https is asked over TLS, or refused at ``init`` in the name of both."""
    proxy = rig.open(HttpProxy(**over_tls("good")))
    if built := build_or_refuse(rig, proxy.url):
        assert_arrives(rig, built)
        assert proxy.requests, "the proxy was not asked"


@check("http", "proxy", settings="http_proxy https_proxy")
def a_proxy_that_is_not_trusted_is_a_failure(rig: Rig) -> None:
    """A proxy with https and a bad certificate is told nothing; the server is not asked directly."""
    for kind in BAD:
        proxy = rig.open(HttpProxy(**over_tls(kind)))
        if built := build_or_refuse(rig, proxy.url, retries=Retry(total=1)):
            assert_stays_here(rig, built)
            assert proxy.requests == [], f"{kind}: asked {proxy.requests}"


@check("http", "proxy", settings="http_proxy https_proxy no_proxy")
def no_proxy_leaves_a_proxy_out(rig: Rig) -> None:
    """A host in ``no_proxy`` is asked directly; any other is not."""
    proxy = rig.open(HttpProxy())
    assert_delivered(rig, through(rig, proxy.url, no_proxy=["elsewhere.example", "127.0.0.1"]))
    assert proxy.requests == [], "the proxy was asked"
    rig.serve()
    assert_delivered(rig, through(rig, proxy.url, no_proxy=["elsewhere.example"]))
    assert proxy.requests, "the proxy was not asked"


@check("http", "socks", settings="http_proxy https_proxy")
def a_socks_proxy_is_asked(rig: Rig) -> None:
    """A SOCKS proxy is asked, with credentials if its URL has them."""
    if not find_spec("socks"):
        raise Unsuitable("PySocks is not installed")
    for credentials in ((), ("ann", "secret")):
        rig.serve()
        proxy = rig.open(SocksProxy(*credentials))
        url = proxy.url_for(*credentials) if credentials else proxy.url
        assert_delivered(rig, through(rig, url))
        asked = {(each.port, each.user) for each in proxy.requests}
        assert asked == {(rig.server.port, credentials[0] if credentials else None)}, str(asked)


@check("http", "proxy", settings="http_proxy https_proxy")
def a_proxy_of_socks_4_is_asked(rig: Rig) -> None:
    """A proxy that speaks version 4 of SOCKS is asked, or refused at ``init`` in the name of both."""
    if not find_spec("socks"):
        raise Unsuitable("PySocks is not installed")
    proxy = rig.open(SocksProxy())
    for url in (proxy.url_4, proxy.url_4.replace("socks4:", "socks4a:")):
        rig.serve()
        if built := build_or_refuse(rig, url):
            assert_arrives(rig, built)
            assert {each.port for each in proxy.requests} == {rig.server.port}, str(proxy.requests)
            proxy.requests.clear()


@check("http", "socks", settings="http_proxy https_proxy")
def a_socks_proxy_that_refuses_is_a_failure(rig: Rig) -> None:
    """A SOCKS proxy that is not there, or wants other credentials, is a failure."""
    if not find_spec("socks"):
        raise Unsuitable("PySocks is not installed")
    proxy, nobody = rig.open(SocksProxy("ann", "secret")), rig.open(RefusingServer())
    for url in (proxy.url_for("ann", "guess"), f"socks5h://127.0.0.1:{nobody.port}"):
        assert_lost(rig, through(rig, url))
