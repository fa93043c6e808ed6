from __future__ import annotations

import logging
from gc import collect
from typing import TYPE_CHECKING
from weakref import ref

import rookery
from rookery.integrations.logging import LoggingIntegration, ignore_logger
from rookery.testing import ScriptedServer
from tests.client.program import run

if TYPE_CHECKING:
    from tests.client.keeping import Init, Keeping

log = logging.getLogger("shop.till")


def test_an_uncaught_exception_is_captured_and_printed_as_ever() -> None:
    done = run("""
        rookery.init("http://k@h/1", transport=Printing())
        raise ValueError("uncaught")
    """)
    assert done.stdout.splitlines()[0] == "event ValueError excepthook False"
    assert "ValueError: uncaught" in done.stderr
    assert done.returncode == 1


def test_the_hook_that_was_there_is_called_with_and_without_a_client() -> None:
    done = run("""
        sys.excepthook = lambda kind, error, traceback: print("old hook", kind.__name__)
        guard = rookery.init("http://k@h/1", transport=Printing())
        sys.excepthook(KeyError, KeyError("x"), None)
        guard.client.close()
        raise ValueError("uncaught")
    """)
    assert done.stdout.splitlines() == [
        "event KeyError excepthook False",
        "old hook KeyError",
        "close",
        "old hook ValueError",
    ]


def test_an_interactive_shell_is_left_alone_unless_it_wants_otherwise() -> None:
    source = """
        from rookery.integrations.excepthook import ExcepthookIntegration
        sys.ps1 = ">>> "
        given = [ExcepthookIntegration(always_run=True)] if "always" in sys.argv else []
        rookery.init("http://k@h/1", transport=Printing(), integrations=given)
        raise ValueError("a typo")
    """
    assert "event" not in run(source).stdout
    assert "event ValueError" in run(source, "always").stdout


def test_hooks_are_installed_once_whatever_clients_come_and_go() -> None:
    done = run("""
        for _ in range(3):
            rookery.init("http://k@h/1", transport=Printing())
        raise ValueError("uncaught")
    """)
    assert done.stdout.count("event ValueError") == 1


def test_an_integration_that_is_switched_off_passes_everything_through() -> None:
    done = run("""
        rookery.init("http://k@h/1", transport=Printing(), disabled_integrations=["excepthook"])
        raise ValueError("uncaught")
    """)
    assert "event" not in done.stdout
    assert "ValueError: uncaught" in done.stderr


def test_the_first_capture_of_all_may_be_the_last_thing_that_a_program_does() -> None:
    done = run("""
        import atexit
        atexit.register(lambda: rookery.capture_message("from an exit handler"))
        rookery.init("http://k@h/1", transport=Printing())
    """)
    assert done.stdout.splitlines()[-2:] == ["event from an exit handler None None", "flush True"]
    assert done.stderr == ""


def test_a_first_event_is_lost_and_counted_where_nothing_can_be_loaded_any_more() -> None:
    done = run("""
        rookery.init("http://k@h/1", transport=Printing())

        class Dying:
            def __del__(self):
                rookery.capture_message("while the modules are taken apart")

        dying = Dying()
    """)
    assert done.stdout.splitlines()[-1] == "lost internal_sdk_error error"
    assert done.stderr == ""


def test_what_is_captured_after_the_exit_hook_is_flushed_one_by_one() -> None:
    done = run("""
        import atexit
        atexit.register(lambda: rookery.capture_message("from an older exit handler"))
        rookery.init("http://k@h/1", transport=Printing())
        atexit.register(lambda: rookery.capture_message("from a younger exit handler"))

        class Dying:
            def __del__(self):
                rookery.capture_message("from __del__")

        dying = Dying()
    """)
    assert done.stdout.splitlines() == [
        "event from a younger exit handler None None",
        "flush True",
        "event from an older exit handler None None",
        "flush True",
        "event from __del__ None None",
        "flush True",
    ]
    assert done.stderr == ""


def test_all_that_happens_at_exit_shares_one_deadline() -> None:
    done = run("""
        import atexit, time

        class Slow(Printing):
            def flush(self, timeout):
                print("flush", round(timeout, 1), flush=True)
                time.sleep(timeout)
                return False

        atexit.register(lambda: rookery.capture_message("late"))
        rookery.init("http://k@h/1", transport=Slow(), sample_rate=1.0)
        rookery.capture_message("early")
    """)
    assert done.stdout.splitlines() == [
        "event early None None",
        "flush 0.1",
        "flush 1.9",
        "event late None None",
        "flush 0.0",
    ]
    assert done.stderr.startswith("rookery is sending what is pending (1); waiting up to 2 sec")


def test_a_client_that_was_replaced_is_drained_at_exit_too() -> None:
    done = run("""
        first = rookery.init("http://k@h/1", transport=Printing())
        second = rookery.init("http://k@h/1", transport=Printing())
    """)
    assert done.stdout.splitlines() == ["flush True", "flush True"]


def test_a_replaced_client_that_nobody_holds_has_its_events_sent_too() -> None:
    with ScriptedServer() as server:
        done = run(
            """
            for number in range(20):
                rookery.init(sys.argv[1])
                rookery.capture_message(str(number))
            """,
            server.dsn,
        )
        said = {event["logentry"]["formatted"] for event in server.events}
    assert done.returncode == 0
    assert said == {str(number) for number in range(20)}


def test_a_replaced_client_is_let_go_once_nothing_of_its_own_is_pending(init: Init) -> None:
    with ScriptedServer() as server:
        first = rookery.Client(server.dsn)
        first.capture_message("kept until it is sent")
        assert first.flush(10)
        forgotten = ref(first)
        del first
        init()
        collect()
        assert forgotten() is None


def test_a_logged_error_is_an_event(init: Init) -> None:
    kept = init(disabled_integrations=["argv"])
    log.error("till %s is %d short", "A", 5, extra={"till": {"id": 1}})
    event = kept.event
    assert event["logentry"] == {
        "message": "till %s is %d short",
        "params": ["A", 5],
        "formatted": "till A is 5 short",
    }
    assert (event["level"], event["logger"]) == ("error", "shop.till")
    assert event["extra"] == {"till": {"id": 1}}


def test_a_logged_exception_is_told_with_its_stack(kept: Keeping) -> None:
    try:
        raise KeyError("x")
    except KeyError:
        log.critical("broken", exc_info=True)
    event = kept.event
    (entry,) = event["exception"]["values"]
    assert entry["mechanism"] == {"type": "logging", "handled": True}
    assert entry["stacktrace"]["frames"][-1]["context_line"] == '        raise KeyError("x")'
    assert event["logentry"]["formatted"] == "broken"
    assert event["level"] == "fatal"


def test_lower_records_are_breadcrumbs_of_the_next_event(kept: Keeping) -> None:
    log.setLevel(logging.DEBUG)
    log.debug("not told")
    log.info("opened %s", "A")
    log.warning("jammed")
    log.error("broken")
    crumbs = kept.event["breadcrumbs"]["values"]
    assert [(crumb["message"], crumb["level"]) for crumb in crumbs] == [
        ("opened A", "info"),
        ("jammed", "warning"),
    ]
    assert crumbs[0]["category"] == "shop.till"
    assert crumbs[0]["type"] == "log"


def test_a_logger_that_hands_nothing_up_is_heard_too(kept: Keeping) -> None:
    alone = logging.getLogger("alone")
    alone.propagate = False
    alone.error("heard")
    assert kept.event["logentry"]["formatted"] == "heard"


def test_an_ignored_logger_is_not_heard(kept: Keeping) -> None:
    ignore_logger("chatty.*")
    ignore_logger("rude")
    for name in ("chatty.one", "rude", "rookery.errors"):
        logging.getLogger(name).error("noise")
    assert kept.events == []


def test_both_levels_can_be_chosen_or_switched_off(init: Init) -> None:
    kept = init(integrations=[LoggingIntegration(level=None, event_level=logging.WARNING)])
    log.info("no breadcrumb")
    log.warning("an event")
    assert kept.event["level"] == "warning"
    assert "breadcrumbs" not in kept.event


def test_a_message_that_does_not_format_is_told_all_the_same(kept: Keeping) -> None:
    done = run("""
        import logging
        logging.raiseExceptions = False
        rookery.init("http://k@h/1", transport=Printing(), disabled_integrations=["atexit"])
        logging.getLogger("shop").error("%d", "five")
    """)
    assert done.returncode == 0
    assert done.stdout.splitlines() == ["event %d None None"]


def test_programs_without_logging_set_up_still_print_their_warnings() -> None:
    done = run("""
        import logging
        rookery.init("http://k@h/1", transport=Printing())
        logging.getLogger("shop").warning("the last resort")
    """)
    assert "the last resort" in done.stderr


def test_debug_tells_on_stderr_what_went_wrong_inside() -> None:
    source = """
        rookery.init(
            "http://k@h/1", transport=Printing(), before_send=lambda *_: 1 / 0,
            debug="debug" in sys.argv,
        )
        assert rookery.capture_message("hello") is None
    """
    assert run(source).stderr == ""
    assert "before_send failed" in run(source, "debug").stderr


def test_no_default_integrations_means_none(init: Init) -> None:
    kept = init(default_integrations=False)
    log.error("not heard")
    rookery.capture_message("hello")
    assert kept.event["sdk"]["integrations"] == []
