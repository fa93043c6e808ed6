"""Who decides which transport it is, and what may be given as one."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, ClassVar

import pytest

from rookery.errors import (
    BadOption,
    BrokenPlugin,
    ConfigurationError,
    MissingExtra,
    UnknownTransport,
    UnsupportedSetting,
)
from rookery.transport import Setup, Transport
from rookery.transport.chooser import choose, default_name
from rookery.transport.registry import BUILT_IN
from tests.plug.plugs import HTTPS, Idle, Wrapper, build

if TYPE_CHECKING:
    from collections.abc import Mapping

PLAIN = "tests.plug.plugs:Idle"
LAMBDA = {"LAMBDA_TASK_ROOT": "/var/task"}
APP_ENGINE = {"CURRENT_VERSION_ID": "1", "INSTANCE_ID": "2"}


def names(choice: Any, prefix: str | None = None, environ: Mapping[str, str] | None = None) -> Any:
    return [plug.name for plug in choose(choice, prefix, environ or {})]


def test_the_argument_beats_the_prefix_of_the_dsn() -> None:
    assert names("memory", "console") == ["memory"]


def test_the_prefix_of_the_dsn_beats_the_environment() -> None:
    assert names(None, "console", {"ROOKERY_TRANSPORT": "memory"}) == ["console"]


def test_the_environment_beats_the_default() -> None:
    assert names(None, None, {"ROOKERY_TRANSPORT": "memory"}) == ["memory"]


def test_an_empty_variable_is_not_set() -> None:
    assert default_name({}) == "threaded"
    assert names(None, None, {"ROOKERY_TRANSPORT": ""}) == ["threaded"]


@pytest.mark.parametrize("environ", [LAMBDA, APP_ENGINE])
def test_the_default_is_sync_where_no_background_thread_survives(environ: dict[str, str]) -> None:
    assert default_name(environ) == "sync"


@pytest.mark.parametrize("name", ["CURRENT_VERSION_ID", "INSTANCE_ID"])
def test_half_of_app_engine_is_not_app_engine(name: str) -> None:
    assert default_name({name: "1"}) == "threaded"


def test_a_wire_in_the_choice_leaves_the_wire_of_the_dsn() -> None:
    made = build(HTTPS, "memory+http")

    assert type(made).__name__ == "MemoryTransport"
    assert made.setup.dsn.scheme == "https"


def test_a_wire_alone_names_no_transport() -> None:
    assert names("https", "console") == ["console"]


def test_a_prefix_of_the_dsn_names_the_transport() -> None:
    assert type(build(f"memory+{HTTPS}", None)).__name__ == "MemoryTransport"


def test_a_class_is_made_with_the_setup() -> None:
    made = build(HTTPS, Idle, maxsize=4)

    assert type(made) is Idle
    assert made.setup.settings.maxsize == 4
    assert str(made.setup.dsn) == HTTPS


def test_an_instance_is_taken_as_it_is() -> None:
    made = build(HTTPS, Idle)

    assert build(HTTPS, made) is made


def test_a_setting_beside_an_instance_is_refused() -> None:
    with pytest.raises(
        UnsupportedSetting, match=r"Idle is a finished transport.* maxsize, retries"
    ):
        build(HTTPS, build(), retries=1, maxsize=4)


def test_a_setting_in_the_dsn_beside_an_instance_is_refused() -> None:
    with pytest.raises(UnsupportedSetting, match=r"maxsize"):
        build(f"{HTTPS}?maxsize=4", build())


def test_a_setting_of_none_beside_an_instance_was_not_given() -> None:
    made = build()

    assert build(HTTPS, made, http_proxy=None) is made


def test_an_import_path_names_a_class() -> None:
    assert type(build(HTTPS, PLAIN)).__name__ == "Idle"


def test_an_import_path_may_stand_in_the_environment() -> None:
    assert type(build(HTTPS, None, {"ROOKERY_TRANSPORT": PLAIN})).__name__ == "Idle"


def test_an_import_path_without_such_a_module_says_which_is_missing() -> None:
    with pytest.raises(BrokenPlugin, match=r"'no_such_module:Pigeon'.*No module named"):
        build(HTTPS, "no_such_module:Pigeon")


def test_an_import_path_without_such_an_attribute_says_so() -> None:
    with pytest.raises(BrokenPlugin, match=r"'tests.plug.plugs:Pigeon'.*has no attribute 'Pigeon'"):
        build(HTTPS, "tests.plug.plugs:Pigeon")


def test_an_import_path_to_something_else_says_what_it_has_to_be() -> None:
    with pytest.raises(
        BrokenPlugin, match=r"'tests.plug.plugs:HTTPS' is .*subclass of\s+rookery.transport"
    ):
        build(HTTPS, "tests.plug.plugs:HTTPS")


def test_a_function_makes_the_transport_from_the_setup() -> None:
    def make(setup: Setup) -> Transport:
        return Idle(setup)

    assert build(HTTPS, make, maxsize=3).setup.settings.maxsize == 3


def test_a_function_that_makes_something_else_is_refused() -> None:
    with pytest.raises(BrokenPlugin, match=r"no rookery.transport.Transport"):
        build(HTTPS, lambda _setup: "a pigeon")


@pytest.mark.parametrize("choice", [7, str, object()])
def test_what_can_be_no_transport_is_refused_with_what_can(choice: object) -> None:
    with pytest.raises(BadOption, match=r"transport: .* give a name such as 'threaded'"):
        build(HTTPS, choice)


def test_a_class_that_lacks_a_method_says_which() -> None:
    class Lame(Transport):
        pass

    with pytest.raises(BrokenPlugin, match=r"Lame.*submit"):
        build(HTTPS, Lame)


def test_a_constructor_that_raises_is_named_with_what_it_raised() -> None:
    class Lame(Idle):
        def __init__(self, setup: Setup) -> None:
            raise RuntimeError("no wings")

    with pytest.raises(BrokenPlugin, match=r"Lame of the program.*RuntimeError: no wings"):
        build(HTTPS, Lame)


def test_a_constructor_may_refuse_the_configuration_in_its_own_words() -> None:
    class Picky(Idle):
        def __init__(self, setup: Setup) -> None:
            raise ConfigurationError("only on Sundays")

    with pytest.raises(ConfigurationError, match=r"^only on Sundays$"):
        build(HTTPS, Picky)


def test_a_library_that_is_required_and_absent_is_an_error_with_the_pip_line() -> None:
    class Needy(Idle):
        requires: ClassVar[Mapping[str, str]] = {"no_such.wings": "rookery[wings]"}

    with pytest.raises(MissingExtra, match=r"'no_such.wings'.*pip install 'rookery\[wings\]'"):
        build(HTTPS, Needy)


def test_an_unknown_name_is_answered_with_the_nearest_and_with_all() -> None:
    names = re.escape(", ".join(sorted(BUILT_IN)))
    with pytest.raises(
        UnknownTransport, match=rf"'threded'; did you mean 'threaded'.*there are {names}"
    ):
        build(f"threded+{HTTPS}", None)


def test_a_wrapper_gets_the_transport_that_is_named_after_it() -> None:
    made = build(HTTPS, f"tests.plug.plugs:Wrapper+{PLAIN}", maxsize=4)

    assert type(made).__name__ == "Wrapper"
    assert type(made.setup.inner).__name__ == "Idle"
    assert made.setup.inner is not None
    assert made.setup.inner.setup.settings.maxsize == 4


def test_wrappers_can_wrap_wrappers() -> None:
    made = build(HTTPS, "tests.plug.plugs:Wrapper+tests.plug.plugs:Wrapper+memory")

    assert made.setup.inner is not None
    assert type(made.setup.inner.setup.inner).__name__ == "MemoryTransport"


def test_a_wrapper_alone_wraps_the_default() -> None:
    made = build(HTTPS, Wrapper, LAMBDA)

    assert type(made.setup.inner).__name__ == "SyncTransport"


def test_a_transport_that_wraps_nothing_cannot_stand_before_another() -> None:
    with pytest.raises(UnknownTransport, match=r"'memory' wraps no other: give 'memory' or 'sync'"):
        build(HTTPS, "memory+sync")


def test_an_unknown_name_inside_a_wrapper_is_named() -> None:
    with pytest.raises(UnknownTransport, match=r"'pigeon'"):
        build(HTTPS, "tests.plug.plugs:Wrapper+pigeon")
