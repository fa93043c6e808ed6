"""What each setting takes, and what it refuses."""

from __future__ import annotations

import socket
import ssl
from pathlib import Path
from typing import Any

import pytest

from rookery.errors import BadOption
from rookery.transport import SETTINGS, Settings, Timeouts
from rookery.transport.timing import plain_retries
from tests.plug.plugs import settings

MIB = 2**20


def report(envelope: object, reason: str) -> None:
    """An ``on_drop``."""


CONTEXT = ssl.create_default_context()
OPTIONS = [(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)]

TAKEN = [
    ("maxsize", 4, 4),
    ("maxsize", "4", 4),
    ("maxsize", 0, 0),
    ("maxsize", -1, 0),
    ("maxbytes", 1024, 1024),
    ("maxbytes", "32MiB", 32 * MIB),
    ("maxbytes", "10 kb", 10_000),
    ("maxbytes", "7", 7),
    ("maxbytes", "-1", 0),
    ("overflow", "drop_oldest", "drop_oldest"),
    ("timeout", 2, Timeouts(2, 2)),
    ("timeout", 0.5, Timeouts(0.5, 0.5)),
    ("timeout", (1, 2.5), Timeouts(1, 2.5)),
    ("timeout", [None, 3], Timeouts(None, 3)),
    ("timeout", None, Timeouts(None, None)),
    ("timeout", "2", Timeouts(2, 2)),
    ("timeout", "2, 5.5", Timeouts(2, 5.5)),
    ("timeout", "none", Timeouts(None, None)),
    ("timeout", "2,none", Timeouts(2, None)),
    ("timeout", Timeouts(1, 2, 3), Timeouts(1, 2, 3)),
    ("concurrency", 64, 64),
    ("shutdown_timeout", "0.5", 0.5),
    ("shutdown_timeout", 0, 0.0),
    ("keep_alive", "off", False),
    ("keep_alive", 0, False),
    ("compression", "GZIP", "gzip"),
    ("compression", "none", "none"),
    ("compression_level", "9", 9),
    ("compression_level", "none", None),
    ("http_proxy", "proxy.example.com:3128", "http://proxy.example.com:3128"),
    ("https_proxy", "https://u:p@proxy:3128", "https://u:p@proxy:3128"),
    ("https_proxy", "", None),
    ("no_proxy", "a.example.com, .b c", ("a.example.com", ".b", "c")),
    ("no_proxy", ["a", "b"], ("a", "b")),
    ("proxy_headers", {"X-Nest": "7"}, {"X-Nest": "7"}),
    ("ca_certs", __file__, __file__),
    ("ca_certs", Path(__file__), __file__),
    ("ca_certs", str(Path(__file__).parent), str(Path(__file__).parent)),
    ("verify_ssl", "False", False),
    ("cert_file", __file__, __file__),
    ("ssl_context", CONTEXT, CONTEXT),
    ("socket_options", OPTIONS, tuple(OPTIONS)),
    ("on_drop", report, report),
    ("send_client_reports", "f", False),
]


@pytest.mark.parametrize(("name", "given", "expected"), TAKEN)
def test_a_setting_takes(name: str, given: Any, expected: Any) -> None:
    assert getattr(settings(**{name: given}), name) == expected


REFUSED = [
    ("maxsize", -2),
    ("maxsize", 1.5),
    ("maxsize", True),
    ("maxsize", "1.5"),
    ("maxbytes", "32 parsecs"),
    ("maxbytes", "-2"),
    ("overflow", "drop_all"),
    ("overflow", 1),
    ("timeout", 0),
    ("timeout", -1),
    ("timeout", "soon"),
    ("timeout", (1, 2, 3)),
    ("timeout", ()),
    ("timeout", True),
    ("timeout", float("nan")),
    ("timeout", float("inf")),
    ("timeout", 1e300),
    ("timeout", (1, 0)),
    ("timeout", object()),
    ("retries", -1),
    ("retries", True),
    ("retries", "often"),
    ("retries", 2.5),
    ("retries", 10**6),
    ("concurrency", 0),
    ("concurrency", 65),
    ("concurrency", -1),
    ("shutdown_timeout", -0.1),
    ("shutdown_timeout", "nan"),
    ("shutdown_timeout", 10**9),
    ("keep_alive", "perhaps"),
    ("keep_alive", 2),
    ("keep_alive", 1.0),
    ("compression", "deflate"),
    ("compression_level", 23),
    ("http_proxy", "ftp://proxy:21"),
    ("http_proxy", "http://"),
    ("http_proxy", "http://proxy:port"),
    ("http_proxy", 3128),
    ("no_proxy", [1]),
    ("no_proxy", {"a": 1}),
    ("no_proxy", b"a"),
    ("proxy_headers", "X-Nest: 7"),
    ("proxy_headers", {"X-Nest": 7}),
    ("ca_certs", "/no/such/file"),
    ("ca_certs", ""),
    ("ca_certs", 7),
    ("cert_file", "/no/such/file"),
    ("key_file", "/no/such/file"),
    ("ssl_context", "default"),
    ("ssl_context", object()),
    ("socket_options", [(1, 2)]),
    ("socket_options", [(1, 2, "x")]),
    ("socket_options", "1,2,3"),
    ("on_drop", "report"),
    ("on_drop", 7),
    ("send_client_reports", "maybe"),
]


@pytest.mark.parametrize(("name", "given"), REFUSED)
def test_a_setting_refuses(name: str, given: Any) -> None:
    allowed = next(option.kind.allowed for option in SETTINGS if option.name == name)

    with pytest.raises(BadOption) as caught:
        settings(**{name: given})

    assert caught.value.name == name
    assert str(caught.value).endswith(f"give {allowed}")


def test_an_error_does_not_show_the_password_of_a_proxy() -> None:
    with pytest.raises(BadOption) as caught:
        settings(http_proxy="ftp://crow:p@ss/word@proxy:21")

    assert "proxy:21" in str(caught.value)
    assert not any(part in str(caught.value) for part in ("crow", "p@ss", "word"))


def test_a_plain_number_of_retries_backs_off() -> None:
    policy = settings(retries=7).retries

    assert policy == plain_retries(7)
    assert (policy.total, policy.backoff_factor, policy.backoff_max) == (7, 0.5, 30.0)


@pytest.mark.parametrize("given", [False, "none", "False", "off"])
def test_no_retries_have_several_spellings(given: Any) -> None:
    assert settings(retries=given).retries.total == 0


def test_the_defaults_of_the_table_are_those_of_the_class() -> None:
    assert settings() == Settings()


def test_the_table_has_each_setting_once_and_in_order() -> None:
    assert [option.name for option in SETTINGS] == [*Settings._fields]


def test_each_setting_that_text_can_express_has_a_variable_of_ours() -> None:
    expected = {o.name: f"ROOKERY_{o.name.upper()}" for o in SETTINGS if o.kind.takes_text}

    assert {o.name: o.env[0] for o in SETTINGS if o.env} == expected
    assert {o.name for o in SETTINGS if not o.env} == {
        "proxy_headers",
        "ssl_context",
        "socket_options",
        "on_drop",
    }


def test_settings_cannot_be_changed() -> None:
    headers = {"X-Nest": "7"}
    made = settings(proxy_headers=headers)
    headers["X-Nest"] = "8"

    assert made.proxy_headers == {"X-Nest": "7"}
    with pytest.raises(TypeError):
        made.proxy_headers["X-Nest"] = "9"  # type: ignore[index]  # that is the point
    with pytest.raises(AttributeError):
        made.maxsize = 1  # type: ignore[misc]  # that is the point
