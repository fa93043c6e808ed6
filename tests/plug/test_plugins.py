"""Transports of other packages, really installed, in processes of their own."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from rookery.transport import registry
from tests.plug.plugs import HTTPS, PIGEON

if TYPE_CHECKING:
    from tests.plug.plugs import Site

TRIPWIRE = """
import sys
class Tripwire:
    def find_spec(self, name, path=None, target=None):
        return None
    def find_distributions(self, context=None):
        raise AssertionError("somebody scans the installed packages")
sys.meta_path.insert(0, Tripwire())
"""
BUILT_IN = ["sync", "threaded", "memory", "console"]


def install_pigeon(site: Site) -> None:
    target = {"pigeon": "rookery_pigeon:PigeonTransport"}
    site.install("rookery-pigeon", "1.2", target, rookery_pigeon=PIGEON)


def test_a_plugin_is_named_in_the_dsn_like_a_built_in_transport(site: Site) -> None:
    install_pigeon(site)

    assert site.build(f"pigeon+{HTTPS}") == "PigeonTransport"


def test_a_plugin_is_named_in_the_environment_too(site: Site) -> None:
    install_pigeon(site)

    assert site.build(HTTPS, ROOKERY_TRANSPORT="pigeon+http") == "PigeonTransport"


def test_a_plugin_may_have_a_name_of_two_parts(site: Site) -> None:
    target = {"pigeon+requests": "rookery_pigeon:PigeonTransport"}
    site.install("rookery-pigeon", "1.2", target, rookery_pigeon=PIGEON)

    assert site.build(f"pigeon+requests+{HTTPS}") == "PigeonTransport"


def test_a_plugin_may_be_a_function(site: Site) -> None:
    text = f"{PIGEON}\ndef make(setup): return PigeonTransport(setup)\n"
    site.install("rookery-pigeon", "1.2", {"pigeon": "rookery_pigeon:make"}, rookery_pigeon=text)

    assert site.build(f"pigeon+{HTTPS}") == "PigeonTransport"


def test_a_wrapper_of_one_package_wraps_the_transport_of_another(site: Site) -> None:
    install_pigeon(site)
    loft = f"{PIGEON}\n    wraps = True\n"
    site.install("rookery-loft", "1", {"loft": "loft:PigeonTransport"}, loft=loft)

    said = site.build(f"loft+pigeon+{HTTPS}", "print(made.setup.inner.__module__)")

    assert said == "rookery_pigeon"


def test_the_whole_name_goes_before_wrapper_and_rest(site: Site) -> None:
    install_pigeon(site)
    loft = f"{PIGEON}\n    wraps = True\n"
    names = {"loft": "loft:PigeonTransport", "loft+pigeon": "loft:Whole"}
    whole = f"{loft}\nclass Whole(PigeonTransport):\n    wraps = False\n"
    site.install("rookery-loft", "1", names, loft=whole)

    assert site.build(f"loft+pigeon+{HTTPS}") == "Whole"


def test_a_plugin_that_is_not_named_is_not_imported(site: Site) -> None:
    install_pigeon(site)
    site.install("rookery-crow", "1", {"crow": "rookery_crow:Crow"}, rookery_crow="1 / 0")

    assert site.build(f"pigeon+{HTTPS}", "print('rookery_crow' in sys.modules)") == "False"


@pytest.mark.parametrize("name", BUILT_IN)
def test_a_built_in_name_costs_no_scan(site: Site, name: str) -> None:
    said = site.run(
        f"""{TRIPWIRE}
from rookery.dsn import Dsn
from rookery.transport import build_transport
made = build_transport(Dsn.parse("{name}+{HTTPS}"))
print(type(made).__name__, "stevedore" in sys.modules)
"""
    )

    assert said == f"{name.title()}Transport False"


def test_the_default_costs_no_scan(site: Site) -> None:
    said = site.run(
        f"""{TRIPWIRE}
from rookery.dsn import Dsn
from rookery.transport import build_transport
print(type(build_transport(Dsn.parse("{HTTPS}"))).__name__)
"""
    )

    assert said == "ThreadedTransport"


def test_the_tripwire_of_these_tests_notices_a_scan(site: Site) -> None:
    said = site.run(
        f"""{TRIPWIRE}
from rookery.dsn import Dsn
from rookery.transport import build_transport
build_transport(Dsn.parse("pigeon+{HTTPS}"))
"""
    )

    assert said.endswith("AssertionError: somebody scans the installed packages")


def test_an_unknown_name_is_answered_with_the_nearest_plugin_and_with_all_names(site: Site) -> None:
    install_pigeon(site)

    said = site.build(f"pidgeon+{HTTPS}")

    assert said.startswith("UnknownTransport: no transport is called 'pidgeon'")
    assert "did you mean 'pigeon'" in said
    assert f"there are {', '.join(sorted([*registry.BUILT_IN, 'pigeon']))} (" in said


def test_an_unknown_name_imports_nothing(site: Site) -> None:
    site.install("rookery-crow", "1", {"crow": "rookery_crow:Crow"}, rookery_crow="print('caw')")

    assert "caw" not in site.build(f"pigeon+{HTTPS}")


def test_a_plugin_that_lacks_a_library_says_which_package_and_what_to_install(site: Site) -> None:
    text = "import no_such_wings.feathers"
    site.install("rookery-pigeon", "1.2", {"pigeon": "rookery_pigeon:P"}, rookery_pigeon=text)

    assert site.build(f"pigeon+{HTTPS}") == (
        "MissingExtra: transport 'pigeon' of rookery-pigeon 1.2 needs the module 'no_such_wings',"
        " which is not installed: pip install no_such_wings"
    )


def test_a_plugin_that_declares_its_library_names_the_extra(site: Site) -> None:
    text = f"{PIGEON}\n    requires = {{'no_such_wings': 'rookery-pigeon[wings]'}}\n"
    target = {"pigeon": "rookery_pigeon:PigeonTransport"}
    site.install("rookery-pigeon", "1.2", target, rookery_pigeon=text)

    said = site.build(f"pigeon+{HTTPS}")

    assert said.startswith(
        "MissingExtra: transport 'pigeon' of rookery-pigeon 1.2 needs the module"
    )
    assert said.endswith("pip install 'rookery-pigeon[wings]'")


@pytest.mark.parametrize(
    ("target", "text", "cause"),
    [
        ("rookery_pigeon:P", "1 / 0", "fails to load: ZeroDivisionError: division by zero"),
        ("rookery_pigeon:P", "assert False, 'odd'", "fails to load: AssertionError: odd"),
        ("rookery_pigeon:P", "def", "fails to load: SyntaxError: "),
        ("rookery_pigeon:P", "", "fails to load: AttributeError: module 'rookery_pigeon' has no"),
        ("no_pigeon:P", "", "fails to load: ModuleNotFoundError: No module named 'no_pigeon'"),
        ("rookery_pigeon:P", "P = 7", "is 7; it has to be a subclass of"),
        ("rookery_pigeon:P", "class P: pass", "is <class 'rookery_pigeon.P'>; it has to be"),
        ("rookery_pigeon", "", "is <module 'rookery_pigeon'"),
        ("rookery_pigeon:P", "def P(setup): return 7", "makes 7, which is no rookery.transport"),
        ("rookery_pigeon:P", "def P(setup): 1 / 0", "fails to load: ZeroDivisionError"),
    ],
)
def test_a_broken_plugin_is_named_with_its_package_and_its_cause(
    site: Site, target: str, text: str, cause: str
) -> None:
    site.install("rookery-pigeon", "1.2", {"pigeon": target}, rookery_pigeon=text)

    said = site.build(f"pigeon+{HTTPS}")

    assert said.startswith(f"BrokenPlugin: transport 'pigeon' of rookery-pigeon 1.2 {cause}")


def test_a_plugin_that_fails_to_load_is_repaired_by_pip(site: Site) -> None:
    site.install("rookery-pigeon", "1.2", {"pigeon": "rookery_pigeon:P"}, rookery_pigeon="1 / 0")

    said = site.build(f"pigeon+{HTTPS}")

    assert said.endswith("pip install --force-reinstall rookery-pigeon")


def test_two_packages_with_one_name_are_both_named(site: Site) -> None:
    install_pigeon(site)
    site.install("other-pigeon", "3", {"pigeon": "other_pigeon:P"}, other_pigeon="print('coo')")

    said = site.build(f"pigeon+{HTTPS}")

    assert said.startswith(
        "AmbiguousTransport: other-pigeon 3 and rookery-pigeon 1.2 both have a transport 'pigeon':"
    )
    assert "'other_pigeon:P' or 'rookery_pigeon:PigeonTransport'" in said
    assert "coo" not in said


def test_an_import_path_chooses_between_two_packages_with_one_name(site: Site) -> None:
    install_pigeon(site)
    site.install("other-pigeon", "3", {"pigeon": "other_pigeon:P"}, other_pigeon="print('coo')")

    said = site.build(HTTPS, ROOKERY_TRANSPORT="rookery_pigeon:PigeonTransport")

    assert said == "PigeonTransport"


def test_a_package_that_claims_a_built_in_name_is_found_when_a_plugin_is_looked_up(
    site: Site,
) -> None:
    install_pigeon(site)
    site.install("thief", "0.1", {"threaded": "thief:Threaded"}, thief="print('gotcha')")

    said = site.build(f"pigeon+{HTTPS}")

    assert said.startswith(
        "AmbiguousTransport: thief 0.1 claims 'threaded', which is a built-in transport:"
        " pip uninstall thief"
    )
    assert "gotcha" not in said


def test_a_built_in_name_stays_ours_whoever_claims_it(site: Site) -> None:
    site.install("thief", "0.1", {"threaded": "thief:Threaded"}, thief="print('gotcha')")

    assert site.build(f"threaded+{HTTPS}") == "ThreadedTransport"


def test_every_claim_can_be_listed_without_importing_anything(site: Site) -> None:
    install_pigeon(site)
    site.install("thief", "0.1", {"threaded": "thief:Threaded"}, thief="print('gotcha')")

    said = site.run(
        """
from rookery.transport.plugins import claims
for claim in claims():
    if not claim.is_own:
        print(claim.name, "|", claim, "|", claim.target)
"""
    )

    assert said.splitlines() == [
        "pigeon | rookery-pigeon 1.2 | rookery_pigeon:PigeonTransport",
        "threaded | thief 0.1 | thief:Threaded",
    ]


def test_the_kill_switch_leaves_the_built_in_names(site: Site) -> None:
    install_pigeon(site)

    said = site.build(f"pigeon+{HTTPS}", ROOKERY_DISABLE_PLUGINS="1")

    assert said.startswith("UnknownTransport: no transport is called 'pigeon'")
    assert f"there are {', '.join(sorted(registry.BUILT_IN))} (" in said
    assert said.endswith("plugins are switched off by ROOKERY_DISABLE_PLUGINS")
    assert site.build(f"memory+{HTTPS}", ROOKERY_DISABLE_PLUGINS="1") == "MemoryTransport"


def test_the_kill_switch_leaves_what_the_program_itself_names(site: Site) -> None:
    install_pigeon(site)
    environ = {"ROOKERY_TRANSPORT": "rookery_pigeon:PigeonTransport"}

    assert site.build(HTTPS, ROOKERY_DISABLE_PLUGINS="1", **environ) == "PigeonTransport"


def test_a_kill_switch_that_is_off_changes_nothing(site: Site) -> None:
    install_pigeon(site)

    assert site.build(f"pigeon+{HTTPS}", ROOKERY_DISABLE_PLUGINS="0") == "PigeonTransport"


def test_a_kill_switch_that_says_neither_yes_nor_no_is_an_error(site: Site) -> None:
    said = site.build(f"pigeon+{HTTPS}", ROOKERY_DISABLE_PLUGINS="perhaps")

    assert said.startswith(
        "BadOption: disable_plugins (environment variable ROOKERY_DISABLE_PLUGINS)"
    )


def test_a_package_that_is_installed_later_is_found_by_the_next_look_up(site: Site) -> None:
    assert site.build(f"pigeon+{HTTPS}").startswith("UnknownTransport")

    install_pigeon(site)

    assert site.build(f"pigeon+{HTTPS}") == "PigeonTransport"


def test_nothing_is_written_into_the_home_folder(site: Site) -> None:
    install_pigeon(site)
    home = site.folder.parent / "home"
    home.mkdir()

    said = site.build(f"pigeon+{HTTPS}", HOME=str(home), XDG_CACHE_HOME=str(home / "cache"))

    assert said == "PigeonTransport"
    assert list(home.iterdir()) == []


def test_a_look_up_is_not_reported_by_an_earlier_client(site: Site) -> None:
    install_pigeon(site)

    said = site.run(
        f"""
import logging
from rookery.dsn import Dsn
from rookery.transport import build_transport
from rookery.transport.guard import is_delivering

class Handler(logging.Handler):
    def emit(self, record):
        if not is_delivering():
            print("logged", record.getMessage())

logging.basicConfig(level=logging.DEBUG, handlers=[Handler()])
print(type(build_transport(Dsn.parse("pigeon+{HTTPS}"))).__name__)
"""
    )

    assert said == "PigeonTransport"


def test_metadata_without_a_name_or_a_version_does_not_stop_a_look_up(site: Site) -> None:
    install_pigeon(site)
    for metadata in site.folder.glob("*.dist-info/METADATA"):
        metadata.unlink()

    assert site.build(f"pigeon+{HTTPS}") == "PigeonTransport"


def test_a_plugin_needs_stevedore(site: Site) -> None:
    install_pigeon(site)

    said = site.run(
        f"""
import sys
sys.modules["stevedore"] = None
from rookery.dsn import Dsn
from rookery.transport import build_transport
try:
    build_transport(Dsn.parse("pigeon+{HTTPS}"))
except Exception as error:
    print(f"{{type(error).__name__}}: {{error}}")
"""
    )

    assert said.startswith(
        "MissingExtra: transport 'pigeon' of rookery-pigeon 1.2 needs the module"
    )
    assert said.endswith("pip install stevedore")
