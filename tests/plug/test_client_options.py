"""The options of the client, and the table of all options."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from rookery.errors import BadOption, ConfigurationError
from rookery.options import ALL_OPTIONS, OPTIONS, environ, resolve, table
from rookery.transport import SETTINGS
from rookery.transport.registry import BUILT_IN

ROOT = Path(__file__).parents[2]


def client(environ: dict[str, str] | None = None, **options: Any) -> dict[str, Any]:
    return resolve(options, environ or {}).client


def test_every_option_has_a_value() -> None:
    assert set(client()) == {option.name for option in OPTIONS}


def test_the_rest_is_for_the_transport_as_it_was_given() -> None:
    resolved = resolve({"release": "1", "maxsize": "4", "birds": 7}, {})

    assert resolved.transport == {"maxsize": "4", "birds": 7}
    assert resolved.client["release"] == "1"


@pytest.mark.parametrize(
    ("variable", "name", "text", "expected"),
    [
        ("SENTRY_DSN", "dsn", "https://key@host/1", "https://key@host/1"),
        ("SENTRY_RELEASE", "release", "shop@1.0", "shop@1.0"),
        ("SENTRY_ENVIRONMENT", "environment", "staging", "staging"),
        ("SENTRY_NAME", "server_name", "web-1", "web-1"),
        ("SENTRY_DEBUG", "debug", "yes", True),
        ("SENTRY_SAMPLE_RATE", "sample_rate", "0.25", 0.25),
    ],
)
def test_the_variables_of_the_ecosystem_keep_their_names(
    variable: str, name: str, text: str, expected: object
) -> None:
    assert client({variable: text})[name] == expected
    assert client({variable: " "})[name] == client()[name]


def test_an_argument_beats_the_environment() -> None:
    assert client({"SENTRY_RELEASE": "1"}, release="2")["release"] == "2"
    assert client({"SENTRY_RELEASE": "1"}, release=None)["release"] == "1"


def test_an_empty_dsn_switches_the_one_of_the_environment_off() -> None:
    assert client({"SENTRY_DSN": "https://key@host/1"}, dsn="")["dsn"] == ""


def test_the_variable_of_the_transport_is_left_to_the_plug() -> None:
    resolved = resolve({}, {"ROOKERY_TRANSPORT": "memory"})

    assert resolved.client["transport"] is None
    assert resolved.transport == {}


def test_a_boolean_of_the_ecosystem_that_cannot_be_read_is_not_set() -> None:
    assert client({"SENTRY_DEBUG": "perhaps"})["debug"] is False


@pytest.mark.parametrize(
    ("name", "given"),
    [
        ("dsn", 7),
        ("dsn", b"https://key@host/1"),
        ("release", 1.0),
        ("debug", "perhaps"),
        ("sample_rate", 1.5),
        ("sample_rate", "often"),
        ("before_send", "drop"),
        ("max_breadcrumbs", -1),
        ("in_app_include", 7),
        ("in_app_exclude", [7]),
        ("integrations", 7),
        ("integrations", "logging"),
        ("ignore_errors", [7]),
        ("project_root", 7),
    ],
)
def test_an_option_refuses(name: str, given: Any) -> None:
    with pytest.raises(BadOption, match=f"^{name}: "):
        client(**{name: given})


@pytest.mark.parametrize(
    ("name", "given", "expected"),
    [
        ("ignore_errors", [ValueError, "KeyError"], (ValueError, "KeyError")),
        ("ignore_errors", "ValueError, foo.Bar", ("ValueError", "foo.Bar")),
        ("in_app_include", ["shop"], ("shop",)),
        ("max_breadcrumbs", 0, 0),
        ("sample_rate", 0, 0.0),
    ],
)
def test_an_option_takes(name: str, given: Any, expected: object) -> None:
    assert client(**{name: given})[name] == expected


def test_an_option_has_one_value_whatever_its_names() -> None:
    assert client(with_locals=False)["include_local_variables"] is False
    with pytest.raises(ConfigurationError, match=r"include_local_variables and with_locals are"):
        client(include_local_variables=True, with_locals=True)


def test_a_bad_dsn_is_refused_without_being_shown() -> None:
    with pytest.raises(BadOption) as caught:
        client(dsn=["https://key:secret@host/1"])

    assert "secret" not in str(caught.value)


def test_no_name_is_declared_twice() -> None:
    names = [name for option in ALL_OPTIONS for name in option.names]

    assert len(names) == len(set(names))


def test_the_table_for_the_docs_has_every_option_with_a_sentence() -> None:
    rows = list(table())

    assert [row.name for row in rows] == [option.name for option in (*OPTIONS, *SETTINGS)]
    assert all(row.doc.endswith(".") and row.allowed for row in rows)


def test_the_environment_is_a_copy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SENTRY_RELEASE", "1")
    seen = environ()
    monkeypatch.setenv("SENTRY_RELEASE", "2")

    assert seen["SENTRY_RELEASE"] == "1"
    assert "SENTRY_RELEASE" in os.environ


def test_the_built_in_names_are_the_entry_points_of_the_package() -> None:
    declared = [line for line in setup_lines() if " = rookery_transports." in line]

    assert {name: target for name, _, target in (line.partition(" = ") for line in declared)} == {
        **BUILT_IN
    }


def setup_lines() -> list[str]:
    text = (ROOT / "setup.py").read_text(encoding="utf-8")
    return [line.strip().strip('",') for line in text.splitlines()]


def test_the_plug_is_not_loaded_by_its_name_alone() -> None:
    program = "import sys, rookery.transport; print(sorted({'dataclasses', 'ssl', 'urllib3', 'stevedore'} & {*sys.modules}))"

    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )

    assert done.stdout.strip() == "[]"


def test_each_public_name_of_the_plug_is_there() -> None:
    from rookery import transport

    assert all(getattr(transport, name) is not None for name in transport.__all__)
    assert set(transport.__all__) <= set(dir(transport))
    with pytest.raises(AttributeError, match=r"pigeon"):
        transport.pigeon  # noqa: B018  # type: ignore[attr-defined]  # that is the point
