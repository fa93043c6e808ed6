"""``rookery transports``: what is installed, whether it can be used, and why not."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from rookery.cli import main
from rookery.transport.registry import BUILT_IN
from rookery.version import VERSION
from tests.plug.plugs import PIGEON

if TYPE_CHECKING:
    import pytest

    from tests.plug.plugs import Site

COMMAND = "from rookery.cli import main; raise SystemExit(main(['transports'{}]))"


def install_pigeon(site: Site, package: str = "rookery-pigeon", more: str = "") -> None:
    module = package.replace("-", "_")
    entry = {"pigeon": f"{module}:PigeonTransport"}
    site.install(package, "1.2", entry, **{module: PIGEON + more})


def table(site: Site, **environ: str) -> str:
    return site.run(COMMAND.format(""), **environ)


def listed(site: Site, **environ: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = json.loads(site.run(COMMAND.format(", '--json'"), **environ))
    return rows


def pigeons(site: Site, **environ: str) -> list[dict[str, Any]]:
    return [row for row in listed(site, **environ) if row["name"] == "pigeon"]


def cells(text: str, name: str) -> list[str]:
    (line,) = [line for line in text.splitlines() if line.startswith(f"{name} ")]
    return line.split()


def test_each_built_in_transport_has_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["transports"]) == 0
    said = capsys.readouterr().out

    assert {name: cells(said, name)[1:5] for name in BUILT_IN} == {
        name: ["rookery", VERSION, "built", "in"] for name in BUILT_IN
    }
    assert cells(said, "threaded")[-2:] == ["-", "yes"]


def test_a_plugin_is_listed_with_its_package_and_version(site: Site) -> None:
    install_pigeon(site)

    assert cells(table(site), "pigeon") == [
        *("pigeon", "rookery-pigeon", "1.2"),
        *("entry", "point", "-", "yes"),
    ]


def test_what_a_transport_needs_and_lacks_is_said_with_the_pip_line(site: Site) -> None:
    install_pigeon(site, more="    requires = {'no_such_module': 'rookery-pigeon[loft]'}\n")

    (pigeon,) = pigeons(site)
    assert pigeon["requires"] == {"no_such_module": "rookery-pigeon[loft]"}
    assert pigeon["missing"] == ["no_such_module"]
    assert pigeon["usable"] is False
    said = table(site)
    assert cells(said, "pigeon")[-2:] == ["rookery-pigeon[loft]", "no"]
    assert "pip install 'rookery-pigeon[loft]'" in said.partition("Cannot be used here:")[2]


def test_what_a_transport_needs_and_has_is_said_too(site: Site) -> None:
    install_pigeon(site, more="    requires = {'json': 'rookery-pigeon[loft]'}\n")

    (pigeon,) = pigeons(site)
    assert (pigeon["missing"], pigeon["usable"], pigeon["why_not"]) == ([], True, "")


def test_a_wrapper_says_that_it_needs_another_transport(site: Site) -> None:
    install_pigeon(site, more="    wraps = True\n")

    (pigeon,) = pigeons(site)
    assert pigeon["wraps"] is True
    assert cells(table(site), "pigeon")[-3:] == ["another", "transport", "yes"]


def test_a_plugin_that_does_not_load_is_said_to(site: Site) -> None:
    install_pigeon(site, more="1 / 0")

    (pigeon,) = pigeons(site)
    assert pigeon["usable"] is False
    assert "fails to load: ZeroDivisionError" in pigeon["why_not"]
    assert cells(table(site), "threaded")[-1] == "yes"


def test_a_plugin_that_is_no_transport_is_said_to(site: Site) -> None:
    site.install("rookery-pigeon", "1.2", {"pigeon": "json:decoder"})

    (pigeon,) = pigeons(site)
    assert "it has to be a subclass" in pigeon["why_not"]


def test_two_packages_with_one_name_are_a_conflict_and_neither_is_imported(site: Site) -> None:
    for package in ("rookery-pigeon", "rookery-dove"):
        install_pigeon(site, package, more="raise SystemExit('imported')")

    rows = pigeons(site)
    assert [(row["package"], row["source"]) for row in rows] == [
        ("rookery-dove", "conflict"),
        ("rookery-pigeon", "conflict"),
    ]
    assert all("both have a transport 'pigeon'" in row["why_not"] for row in rows)


def test_a_package_that_takes_a_built_in_name_is_a_conflict(site: Site) -> None:
    site.install(
        "rookery-crow", "3", {"threaded": "crow:Crow"}, crow="raise SystemExit('imported')"
    )

    rows = [row for row in listed(site) if row["name"] == "threaded"]
    assert [(row["package"], row["source"], row["usable"]) for row in rows] == [
        ("rookery", "built in", True),
        ("rookery-crow", "conflict", False),
    ]
    assert "pip uninstall rookery-crow" in rows[1]["why_not"]


def test_plugins_that_are_switched_off_are_listed_and_not_imported(site: Site) -> None:
    install_pigeon(site, more="raise SystemExit('imported')")

    (pigeon,) = pigeons(site, ROOKERY_DISABLE_PLUGINS="1")
    assert (pigeon["source"], pigeon["usable"]) == ("plugins off", False)
    assert "ROOKERY_DISABLE_PLUGINS" in pigeon["why_not"]


def test_a_switch_that_says_neither_yes_nor_no_is_an_error(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ROOKERY_DISABLE_PLUGINS", "perhaps")

    assert main(["transports"]) == 2
    assert "perhaps" in capsys.readouterr().err
