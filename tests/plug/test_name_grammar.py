"""The grammar of names: pure."""

from __future__ import annotations

import pytest

from rookery.transport.chooser import is_import_path, split, wrapped


@pytest.mark.parametrize(
    ("choice", "name", "wire"),
    [
        ("https", None, "https"),
        ("gevent", "gevent", None),
        ("gevent+https", "gevent", "https"),
        ("threaded+requests", "threaded+requests", None),
        ("threaded+requests+http", "threaded+requests", "http"),
        (" Gevent+HTTPS ", "Gevent", "https"),
        ("", None, None),
    ],
)
def test_a_scheme_is_a_name_and_a_wire(choice: str, name: str | None, wire: str | None) -> None:
    assert split(choice) == (name, wire)


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("spool+gevent", ("spool", "gevent")),
        ("spool+threaded+requests", ("spool", "threaded+requests")),
        ("gevent", None),
        ("+gevent", None),
        ("spool+", None),
    ],
)
def test_a_wrapper_is_what_stands_before_the_first_plus(
    name: str, parts: tuple[str, str] | None
) -> None:
    assert wrapped(name) == parts


@pytest.mark.parametrize(
    ("name", "is_path"),
    [
        ("my_pkg.carrier:Pigeon", True),
        ("carrier:Pigeon", True),
        ("carrier:Coop.Pigeon", True),
        ("gevent", False),
        ("gevent+http", False),
        ("my_pkg.carrier", False),
        ("my-pkg:Pigeon", False),
        (":Pigeon", False),
        ("carrier:", False),
    ],
)
def test_an_import_path_has_a_module_and_an_attribute(name: str, is_path: bool) -> None:
    assert is_import_path(name) is is_path
