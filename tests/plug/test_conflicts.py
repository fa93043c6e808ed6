"""Settings that cannot stand together, or need a library that is absent."""

from __future__ import annotations

import ssl
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from rookery.errors import BadOption, ConfigurationError
from tests.plug.plugs import HTTP, HTTPS, build, settings

if TYPE_CHECKING:
    from tests.plug.plugs import Site

ROOT = Path(__file__).parents[2]
CONTEXT = ssl.create_default_context()
PROGRAM = """
from rookery.dsn import Dsn
from rookery.transport import build_transport
from tests.plug.plugs import Idle
import sys
{block}
try:
    build_transport(Dsn.parse({dsn!r}), Idle, arguments={arguments!r}, environ={environ!r})
    print("built")
except Exception as error:
    print(f"{{type(error).__name__}}: {{error}}")
"""
BLOCK = """
class Absent:
    def find_spec(self, name, path=None, target=None):
        if name == {module!r}:
            raise ModuleNotFoundError(f"No module named {{name!r}}", name=name)
sys.meta_path.insert(0, Absent())
"""


def built_without(
    site: Site, module: str, dsn: str, environ: dict[str, str] | None = None, **arguments: Any
) -> str:
    """What comes of building in a process in which ``module`` cannot be imported."""
    program = PROGRAM.format(
        block=BLOCK.format(module=module), dsn=dsn, arguments=arguments, environ=environ or {}
    )
    return site.run(program, PYTHONPATH=str(ROOT))


def test_a_key_needs_its_certificate(pem: str) -> None:
    with pytest.raises(ConfigurationError, match=r"key_file is given without cert_file"):
        settings(key_file=pem)


def test_a_key_in_the_environment_needs_its_certificate_too(pem: str) -> None:
    with pytest.raises(ConfigurationError, match=r"CLIENT_KEY_FILE.* without cert_file"):
        settings(environ={"CLIENT_KEY_FILE": pem})


def test_a_certificate_may_hold_its_key(pem: str) -> None:
    assert settings(cert_file=pem).key_file is None


@pytest.mark.parametrize("name", ["ca_certs", "cert_file"])
def test_a_context_excludes_the_files_that_it_would_ignore(name: str, pem: str) -> None:
    arguments: dict[str, Any] = {name: pem}

    with pytest.raises(ConfigurationError, match=f"{name} and ssl_context exclude each other"):
        settings(ssl_context=CONTEXT, **arguments)


def test_a_context_excludes_switching_verification_off() -> None:
    with pytest.raises(ConfigurationError, match=r"verify_ssl and ssl_context exclude each other"):
        settings(ssl_context=CONTEXT, verify_ssl=False)


def test_a_context_may_stand_beside_verification() -> None:
    assert settings(ssl_context=CONTEXT, verify_ssl=True).ssl_context is CONTEXT


def test_a_context_puts_the_environment_out_of_force(pem: str) -> None:
    environ = {"SSL_CERT_FILE": pem, "CLIENT_CERT_FILE": pem, "ROOKERY_VERIFY_SSL": "no"}

    made = settings(environ=environ, ssl_context=CONTEXT)

    assert (made.ca_certs, made.cert_file, made.verify_ssl) == (None, None, True)


def test_authorities_say_nothing_where_nothing_is_verified(pem: str) -> None:
    with pytest.raises(ConfigurationError, match=r"ca_certs and verify_ssl=False exclude"):
        settings(verify_ssl=False, ca_certs=pem)


def test_authorities_of_the_environment_give_way_where_nothing_is_verified(pem: str) -> None:
    assert settings(environ={"SSL_CERT_FILE": pem}, verify_ssl=False).ca_certs is None


@pytest.mark.parametrize("variable", ["SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CLIENT_CERT_FILE"])
def test_a_file_of_the_environment_that_does_not_exist_is_named_with_its_variable(
    variable: str,
) -> None:
    with pytest.raises(BadOption, match=f"{variable}.*'/no/such/file'"):
        settings(environ={variable: "/no/such/file"})


@pytest.mark.parametrize(
    ("codec", "level", "allowed"),
    [("gzip", 0, "1 to 9"), ("gzip", 10, "1 to 9"), ("br", 12, "0 to 11"), ("zstd", 0, "1 to 22")],
)
def test_a_level_has_to_fit_its_codec(codec: str, level: int, allowed: str) -> None:
    with pytest.raises(BadOption, match=f"compression_level: {level} .*{allowed} for '{codec}'"):
        settings(compression=codec, compression_level=level)


@pytest.mark.parametrize(("codec", "level"), [("gzip", 1), ("br", 0), ("zstd", 22), ("gzip", None)])
def test_a_level_that_fits_its_codec_is_taken(codec: str, level: int | None) -> None:
    pytest.importorskip({"br": "brotli", "zstd": "zstandard"}.get(codec, "zlib"))

    made = settings(compression=codec, compression_level="none" if level is None else level)

    assert made.compression_level == level


def test_a_level_without_compression_is_refused() -> None:
    with pytest.raises(BadOption, match=r"compression_level: 6 .* other than 'none'"):
        settings(compression="none", compression_level=6)


@pytest.mark.parametrize(("codec", "module"), [("br", "brotli"), ("zstd", "zstandard")])
def test_a_codec_that_is_not_installed_is_an_error_with_the_pip_line(
    site: Site, codec: str, module: str
) -> None:
    said = built_without(site, module, HTTPS, compression=codec)

    assert said.startswith(f"MissingExtra: compression='{codec}' needs the module '{module}'")
    assert said.endswith(f"pip install 'rookery[{codec}]'")


@pytest.mark.parametrize("scheme", ["socks4", "socks4a", "socks5", "socks5h", "SOCKS5"])
def test_a_socks_proxy_without_its_library_is_an_error_with_the_pip_line(
    site: Site, scheme: str
) -> None:
    said = built_without(site, "socks", HTTPS, https_proxy=f"{scheme}://127.0.0.1:1080")

    assert said.startswith("MissingExtra: https_proxy with a SOCKS proxy")
    assert said.endswith("pip install 'rookery[socks]'")


def test_a_socks_proxy_of_the_environment_needs_its_library_too(site: Site) -> None:
    said = built_without(site, "socks", HTTP, {"http_proxy": "socks5://127.0.0.1:1080"})

    assert said.startswith("MissingExtra: http_proxy")


def test_a_socks_proxy_that_this_dsn_does_not_use_needs_no_library(site: Site) -> None:
    environ = {"http_proxy": "socks5://127.0.0.1:1080"}

    assert built_without(site, "socks", HTTPS, environ) == "built"


def test_a_socks_proxy_with_its_library_is_taken() -> None:
    pytest.importorskip("socks")

    proxy = "socks5h://127.0.0.1:1080"

    assert build(HTTPS, https_proxy=proxy).setup.settings.https_proxy == proxy
