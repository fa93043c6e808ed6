"""Which integrations a client has, and that no library is loaded for their sake."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Any

import pytest

import rookery
from rookery.integrations import AUTO_ENABLING, DEFAULTS, DidNotEnable, Integration
from rookery.integrations.argv import ArgvIntegration
from rookery.integrations.asyncio import enable_asyncio_integration
from rookery.integrations.atexit import AtexitIntegration, default_callback
from rookery.integrations.dedupe import DedupeIntegration
from rookery.integrations.excepthook import ExcepthookIntegration
from rookery.integrations.httpx import HttpxIntegration
from rookery.integrations.imports import FINDER
from rookery.integrations.modules import ModulesIntegration
from tests.client.program import run
from tests.integrations.libraries import needs

if TYPE_CHECKING:
    from tests.client.keeping import Init

ALWAYS = {"argv", "atexit", "dedupe", "excepthook", "logging", "modules", "stdlib", "threading"}


def told(source: str, *arguments: str) -> Any:
    """What a program prints in the last line, as JSON."""
    done = run(source, *arguments)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


def test_the_tables_name_integrations_by_their_identifiers() -> None:
    for name, home in [*AUTO_ENABLING.items(), *((None, home) for home in DEFAULTS)]:
        module, _, kind = home.partition(":")
        made = getattr(__import__(module, fromlist=[kind]), kind)()
        assert isinstance(made, Integration)
        assert name in (None, made.identifier)


def test_init_loads_no_library_to_watch_it() -> None:
    loaded = told("""
        import json
        rookery.init("http://k@h/1", default_integrations=True)
        watched = ["aiohttp", "asyncio", "httpx", "http.client", "subprocess", "concurrent.futures"]
        print(json.dumps([name for name in watched if name in sys.modules]))
    """)
    assert loaded == []


@needs("httpx")
def test_a_library_that_is_imported_later_is_watched_from_then_on() -> None:
    before, after, events = told("""
        import json
        guard = rookery.init("http://k@h/1", transport="memory")
        before = sorted(guard.client.integrations)
        import asyncio, httpx
        rookery.capture_message("hello")
        (event,) = guard.client.transport.events
        print(json.dumps([before, sorted(guard.client.integrations), event["sdk"]["integrations"]]))
    """)
    assert set(before) == ALWAYS
    assert set(after) == set(events) == ALWAYS | {"asyncio", "httpx"}


@needs("httpx")
def test_a_library_that_is_not_wanted_is_not_watched_later_either() -> None:
    found = told("""
        import json
        found = []
        for options in (
            {"disabled_integrations": ["httpx"]},
            {"auto_enabling_integrations": False},
            {"default_integrations": False},
        ):
            found.append(rookery.init("http://k@h/1", transport="memory", **options).client)
        import asyncio, httpx
        print(json.dumps([sorted(each.integrations) for each in found]))
    """)
    assert [set(names) for names in found] == [ALWAYS | {"asyncio"}, ALWAYS, set()]


@needs("httpx")
def test_an_integration_may_be_given_before_its_library_is_there() -> None:
    crumbs = told("""
        import json
        from rookery.integrations.httpx import HttpxIntegration
        from rookery.testing import ScriptedServer
        assert "httpx" not in sys.modules
        guard = rookery.init(
            "http://k@h/1", transport="memory",
            integrations=[HttpxIntegration()], auto_enabling_integrations=False,
        )
        import httpx
        with ScriptedServer() as server:
            httpx.get(server.url)
        rookery.capture_message("hello")
        print(json.dumps([each["type"] for each in guard.client.transport.events[0]["breadcrumbs"]["values"]]))
    """)
    assert crumbs.count("http") == 1


@needs("httpx")
def test_a_module_that_was_awaited_keeps_its_own_loader() -> None:
    assert told("""
        import importlib.util, json
        rookery.init("http://k@h/1", transport="memory")
        found = importlib.util.find_spec("httpx")
        assert found.loader.get_source("httpx").strip()
        import httpx, asyncio, http.client
        names = {type(m.__loader__).__name__ for m in (httpx, asyncio, http.client)}
        names |= {type(m.__spec__.loader).__name__ for m in (httpx, asyncio, http.client)}
        print(json.dumps(sorted(names)))
    """) == ["SourceFileLoader"]


def test_a_module_that_fails_to_load_fails_as_ever(tmp_path: Any) -> None:
    (tmp_path / "httpx.py").write_text("raise RuntimeError('half a library')")
    done = run(
        """
        rookery.init("http://k@h/1", transport="memory")
        sys.path.insert(0, sys.argv[1])
        try:
            import httpx
        except RuntimeError as error:
            print(error, "httpx" in sys.modules)
        """,
        str(tmp_path),
    )
    assert done.stdout == "half a library False\n"


def test_a_library_of_another_make_is_left_alone(tmp_path: Any) -> None:
    (tmp_path / "httpx.py").write_text("answer = 42")
    done = run(
        """
        guard = rookery.init("http://k@h/1", transport="memory")
        sys.path.insert(0, sys.argv[1])
        import httpx
        print(httpx.answer, guard.client.get_integration("httpx"))
        rookery.init("http://k@h/1", transport="memory")
        """,
        str(tmp_path),
    )
    assert (done.stdout, done.returncode) == ("42 None\n", 0)


def test_an_integration_of_the_users_own_says_when_it_cannot(init: Init) -> None:
    class Ancient(Integration):
        identifier = "ancient"

        @staticmethod
        def setup_once() -> None:
            raise DidNotEnable("its library is from 1998")

    with pytest.raises(DidNotEnable, match="1998"):
        init(integrations=[Ancient()])


def test_an_integration_is_told_the_options_of_the_client_that_installs_it(init: Init) -> None:
    told: list[Any] = []

    class Curious(Integration):
        identifier = "curious"

        def setup_once_with_options(self, options: Any = None) -> None:
            told.append(options["environment"])

    init(integrations=[Curious()], environment="first")
    init(integrations=[Curious()], environment="second")
    assert told == ["first"]


@pytest.mark.parametrize(
    ("home", "arguments"),
    [
        ("aiohttp:AioHttpIntegration", {"transaction_style": "method_and_path_pattern"}),
        ("aiohttp:AioHttpIntegration", {"failed_request_status_codes": {500}}),
        ("asyncio:AsyncioIntegration", {"task_spans": False}),
        ("logging:LoggingIntegration", {"sentry_logs_level": 30}),
        ("logging:LoggingIntegration", {"capture_sentry_logs": True}),
    ],
)
def test_arguments_of_sentry_sdk_for_what_comes_later_are_taken_and_said_once(
    home: str, arguments: dict[str, Any]
) -> None:
    module, _, kind = home.partition(":")
    made = getattr(__import__(f"rookery.integrations.{module}", fromlist=[kind]), kind)
    assert made().idle == ()
    done = run(f"""
        from rookery.integrations.{module} import {kind}
        integrations = [{kind}(**{arguments!r})]
        rookery.init("http://k@h/1", transport="memory", integrations=integrations, debug=True)
    """)
    assert done.returncode == 0, done.stderr
    assert done.stderr.count(f"without effect in this version: {kind}(") == 1


def test_arguments_that_sentry_sdk_takes_by_place_or_as_none_are_taken() -> None:
    assert ExcepthookIntegration(True).always_run  # that it can be, is the point
    assert AtexitIntegration(callback=None).callback is default_callback


def test_asyncio_is_switched_on_by_hand_where_it_was_not_wanted(init: Init) -> None:
    init(disabled_integrations=["asyncio"])
    assert rookery.get_client().get_integration("asyncio") is None
    enable_asyncio_integration()
    enable_asyncio_integration()
    assert rookery.get_client().get_integration("asyncio") is not None


def test_asyncio_is_not_switched_on_without_a_client() -> None:
    enable_asyncio_integration()
    assert rookery.get_client().get_integration("asyncio") is None


@pytest.mark.parametrize("disabled", ["httpx", HttpxIntegration, HttpxIntegration()])
def test_an_integration_is_switched_off_by_name_class_or_instance(
    disabled: object, init: Init
) -> None:
    init(disabled_integrations=[disabled], integrations=[HttpxIntegration()])
    assert rookery.get_client().get_integration("httpx") is None
    assert rookery.get_client().get_integration("stdlib") is not None


def test_the_command_line_and_the_distributions_are_told(init: Init) -> None:
    kept = init()
    rookery.capture_message("hello")
    assert kept.event["extra"]["sys.argv"] == sys.argv
    assert kept.event["modules"]["urllib3"]


def test_they_can_be_switched_off(init: Init) -> None:
    kept = init(disabled_integrations=[ArgvIntegration, ModulesIntegration, DedupeIntegration])
    error = KeyError("x")
    rookery.capture_exception(error)
    rookery.capture_exception(error)
    assert len(kept.events) == 2
    assert "modules" not in kept.events[0]
    assert "sys.argv" not in kept.events[0].get("extra", {})


def test_one_finder_is_enough_for_all_clients(init: Init) -> None:
    for _ in range(3):
        init()
    assert sys.meta_path.count(FINDER) <= 1
