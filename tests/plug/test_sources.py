"""Where the value of a setting comes from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

import pytest

from rookery.errors import (
    BadDsn,
    BadOption,
    ConfigurationError,
    UnknownOption,
    UnsupportedSetting,
)
from rookery.transport import check_names
from tests.plug.plugs import HTTPS, Idle, Wrapper, build, settings

if TYPE_CHECKING:
    from collections.abc import Mapping

ENVIRON = {"ROOKERY_MAXSIZE": "30"}


class Small(Idle):
    defaults: ClassVar[Mapping[str, Any]] = {"maxsize": 40, "retries": 0}


class Deaf(Idle):
    unsupported: ClassVar[frozenset[str]] = frozenset({"maxsize", "ca_certs"})


def test_an_argument_beats_the_query() -> None:
    assert settings(f"{HTTPS}?maxsize=20", Small, ENVIRON, maxsize=10).maxsize == 10


def test_the_query_beats_the_environment() -> None:
    assert settings(f"{HTTPS}?maxsize=20", Small, ENVIRON).maxsize == 20


def test_the_environment_beats_the_default_of_the_transport() -> None:
    assert settings(HTTPS, Small, ENVIRON).maxsize == 30


def test_the_default_of_the_transport_beats_the_common_one() -> None:
    assert settings(HTTPS, Small).maxsize == 40
    assert settings(HTTPS, Small).retries.total == 0
    assert settings(HTTPS, Idle).maxsize == 1000


def test_each_transport_of_a_chain_has_its_own_defaults() -> None:
    made = build(HTTPS, f"tests.plug.plugs:Wrapper+{__name__}:Small")

    assert made.setup.inner is not None
    assert (made.setup.settings.maxsize, made.setup.inner.setup.settings.maxsize) == (1000, 40)


@pytest.mark.parametrize("alias", ["qmaxsize", "transport_queue_size"])
def test_maxsize_has_other_names(alias: str) -> None:
    arguments: dict[str, Any] = {alias: 4}

    assert settings(**arguments).maxsize == 4
    assert settings(f"{HTTPS}?{alias}=5").maxsize == 5


def test_an_alias_as_an_argument_beats_the_name_in_the_query() -> None:
    assert settings(f"{HTTPS}?maxsize=5", qmaxsize=4).maxsize == 4


def test_one_setting_under_two_names_is_an_error() -> None:
    with pytest.raises(ConfigurationError, match=r"maxsize and qmaxsize are one option"):
        settings(maxsize=4, qmaxsize=4)


def test_none_is_not_given_so_the_next_source_decides() -> None:
    assert settings(HTTPS, Idle, ENVIRON, maxsize=None).maxsize == 30


def test_none_is_a_timeout() -> None:
    assert settings(f"{HTTPS}?timeout=2", timeout=None).timeout.read is None


def test_an_empty_variable_is_not_set() -> None:
    assert settings(environ={"ROOKERY_MAXSIZE": " "}).maxsize == 1000


def test_a_key_twice_in_the_query_is_an_error() -> None:
    with pytest.raises(BadDsn, match=r"'maxsize' twice"):
        settings(f"{HTTPS}?maxsize=1&maxsize=2")


@pytest.mark.parametrize(
    ("dsn", "environ", "arguments", "where"),
    [
        (HTTPS, {}, {"maxsize": "many"}, "^maxsize: "),
        (HTTPS, {}, {"qmaxsize": "many"}, "^qmaxsize: "),
        (f"{HTTPS}?maxsize=many", {}, {}, r"^maxsize \(in the DSN\): "),
        (HTTPS, {"ROOKERY_MAXSIZE": "many"}, {}, r"^maxsize \(.* ROOKERY_MAXSIZE\): "),
    ],
)
def test_an_error_says_where_the_value_stands_what_it_is_and_what_is_allowed(
    dsn: str, environ: dict[str, str], arguments: dict[str, Any], where: str
) -> None:
    with pytest.raises(BadOption, match=f"{where}'many' is not allowed; give a whole number"):
        settings(dsn, Idle, environ, **arguments)


def test_a_bad_default_of_a_transport_is_found() -> None:
    class Odd(Idle):
        defaults: ClassVar[Mapping[str, Any]] = {"overflow": "drop_all"}

    with pytest.raises(BadOption, match=r"overflow \(the transport's default\).*'drop_newest'"):
        settings(HTTPS, Odd)


@pytest.mark.parametrize("variable", ["SENTRY_KEEP_ALIVE", "ROOKERY_KEEP_ALIVE"])
@pytest.mark.parametrize(("text", "expected"), [("no", False), ("Y", True), ("0", False)])
def test_keep_alive_has_a_variable_of_the_ecosystem(
    variable: str, text: str, expected: bool
) -> None:
    assert settings(environ={variable: text}).keep_alive is expected


def test_a_boolean_of_the_ecosystem_that_cannot_be_read_is_not_set() -> None:
    assert settings(environ={"SENTRY_KEEP_ALIVE": "perhaps"}).keep_alive is True


def test_a_boolean_of_ours_that_cannot_be_read_is_an_error() -> None:
    with pytest.raises(BadOption, match=r"ROOKERY_KEEP_ALIVE"):
        settings(environ={"ROOKERY_KEEP_ALIVE": "perhaps"})


@pytest.mark.parametrize(
    ("variable", "setting"),
    [
        ("SSL_CERT_FILE", "ca_certs"),
        ("REQUESTS_CA_BUNDLE", "ca_certs"),
        ("CLIENT_CERT_FILE", "cert_file"),
    ],
)
def test_the_tls_files_of_the_ecosystem_are_obeyed(variable: str, setting: str, pem: str) -> None:
    assert getattr(settings(environ={variable: pem}), setting) == pem


def test_the_key_of_the_ecosystem_is_obeyed(pem: str) -> None:
    environ = {"CLIENT_CERT_FILE": pem, "CLIENT_KEY_FILE": pem}

    assert settings(environ=environ).key_file == pem


def test_an_argument_that_nobody_declares_is_a_type_error_with_the_nearest_name() -> None:
    with pytest.raises(UnknownOption, match=r"'maxsiz'; did you mean 'maxsize'"):
        settings(maxsiz=4)
    with pytest.raises(TypeError):
        settings(maxsiz=4)


def test_the_nearest_name_may_be_an_option_of_the_client() -> None:
    with pytest.raises(UnknownOption, match=r"'relaese'; did you mean 'release'"):
        settings(relaese="1.0")


def test_a_query_key_that_nobody_declares_is_an_error_with_the_nearest_name() -> None:
    with pytest.raises(BadDsn, match=r"'qmaxsiz'; did you mean 'qmaxsize'"):
        settings(f"{HTTPS}?qmaxsiz=4")


def test_a_query_key_near_to_nothing_is_answered_with_all_names() -> None:
    with pytest.raises(BadDsn, match=r"'zzz'; there are ca_certs, .*, verify_ssl"):
        settings(f"{HTTPS}?zzz=4")


def test_an_argument_that_the_transport_cannot_honour_is_an_error_that_names_both() -> None:
    with pytest.raises(UnsupportedSetting, match=r"Deaf of the program cannot honour qmaxsize"):
        settings(HTTPS, Deaf, qmaxsize=4)


def test_a_query_key_that_the_transport_cannot_honour_is_an_error() -> None:
    with pytest.raises(UnsupportedSetting, match=r"maxsize"):
        settings(f"{HTTPS}?maxsize=4", Deaf)


def test_the_environment_asks_nothing_of_a_transport_that_cannot() -> None:
    made = settings(HTTPS, Deaf, {**ENVIRON, "SSL_CERT_FILE": "/no/such/file"})

    assert (made.maxsize, made.ca_certs) == (1000, None)


def test_each_transport_of_a_chain_has_to_honour_a_setting() -> None:
    with pytest.raises(UnsupportedSetting, match=r"Deaf"):
        build(HTTPS, f"tests.plug.plugs:Wrapper+{__name__}:Deaf", maxsize=4)


def test_names_are_checked_without_a_dsn_too() -> None:
    check_names(None, {"maxsize": 4})
    check_names(Wrapper, {})
    with pytest.raises(UnknownOption, match=r"maxsize"):
        check_names(Idle, {"maxsiz": 4})
    with pytest.raises(UnknownOption, match=r"maxsize"):
        check_names(build(), {"maxsiz": 4})
