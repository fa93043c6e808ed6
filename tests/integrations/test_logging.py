"""What the logging integration makes of records, beyond what ``tests/client`` shows."""

from __future__ import annotations

import logging
import logging.config
from typing import TYPE_CHECKING, Any

import pytest

import rookery
from rookery.integrations.logging import (
    BreadcrumbHandler,
    EventHandler,
    LoggingIntegration,
    ignore_logger,
    unignore_logger,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.client.keeping import Init, Keeping

log = logging.getLogger("shop.counter")


@pytest.fixture(autouse=True)
def level() -> Iterator[None]:
    log.setLevel(logging.DEBUG)
    yield
    log.handlers.clear()


@pytest.fixture
def by_hand(init: Init) -> Keeping:
    return init(integrations=[LoggingIntegration(level=None, event_level=None)])


def crumbs(kept: Keeping) -> list[dict[str, Any]]:
    rookery.capture_message("look back")
    found: list[dict[str, Any]] = kept.events[-1].get("breadcrumbs", {"values": []})["values"]
    return found


def test_handlers_by_hand_do_what_they_are_named_for(by_hand: Keeping) -> None:
    log.addHandler(EventHandler(level=logging.ERROR))
    log.addHandler(BreadcrumbHandler(level=logging.INFO))
    log.debug("not told")
    log.info("opened %s", "A")
    log.error("broken")
    event = by_hand.event
    assert event["logentry"]["formatted"] == "broken"
    assert [crumb["message"] for crumb in event["breadcrumbs"]["values"]] == ["opened A"]


def test_a_level_for_logs_is_accepted_and_said_to_do_nothing_yet(
    init: Init, capsys: pytest.CaptureFixture[str]
) -> None:
    quiet = LoggingIntegration(sentry_logs_level=None)
    init(debug=True, integrations=[quiet])
    assert "without effect" not in capsys.readouterr().err
    init(debug=True, integrations=[LoggingIntegration(sentry_logs_level=logging.INFO)])
    said = capsys.readouterr().err
    assert said.count("LoggingIntegration(sentry_logs_level)") == 1
    assert "DEBUG: accepted, and without effect" in said


def test_handlers_by_hand_need_no_integration(init: Init) -> None:
    kept = init(default_integrations=False)
    log.addHandler(EventHandler())
    log.info("heard")
    assert kept.event["level"] == "info"


def test_handlers_by_hand_can_be_named_in_a_configuration(by_hand: Keeping) -> None:
    configuration = {
        "version": 1,
        "disable_existing_loggers": False,
        "handlers": {"events": {"class": "rookery.integrations.logging.EventHandler"}},
        "loggers": {log.name: {"handlers": ["events"], "level": "WARNING"}},
    }
    logging.config.dictConfig(configuration)
    log.warning("jammed")
    assert by_hand.event["logger"] == log.name


def test_handlers_by_hand_leave_ignored_loggers_alone(by_hand: Keeping) -> None:
    log.addHandler(EventHandler())
    ignore_logger(log.name)
    log.error("noise")
    unignore_logger(log.name)
    log.error("heard")
    assert by_hand.event["logentry"]["formatted"] == "heard"


@pytest.mark.parametrize("name", ["shop.counter", "shop.*"])
def test_ignoring_a_logger_can_be_taken_back(name: str, kept: Keeping) -> None:
    ignore_logger(name)
    log.error("noise")
    unignore_logger(name)
    log.error("heard")
    assert kept.event["logentry"]["formatted"] == "heard"


def test_our_own_log_cannot_be_listened_to(kept: Keeping) -> None:
    unignore_logger("rookery.errors")
    logging.getLogger("rookery.errors").error("an error of ours")
    assert kept.events == []


def test_extra_is_told_with_crumbs_and_events(kept: Keeping) -> None:
    log.info("opened", extra={"till": 3})
    log.error("broken", extra={"till": 4, "drawer": {"open": True}})
    (crumb,) = kept.event["breadcrumbs"]["values"]
    assert crumb["data"] == {"till": 3}
    extra = kept.event["extra"]
    assert {name: extra[name] for name in extra if name != "sys.argv"} == {
        "till": 4,
        "drawer": {"open": True},
    }


def test_records_that_were_formatted_before_have_no_more_extra_than_they_had(
    kept: Keeping,
) -> None:
    shown = logging.StreamHandler()
    shown.setFormatter(logging.Formatter("%(asctime)s %(message)s"))
    log.addHandler(shown)
    log.propagate = False
    log.info("opened %s", "A")
    log.propagate = True
    (crumb,) = crumbs(kept)
    assert crumb["message"] == "opened A"
    assert "data" not in crumb


def test_a_record_that_formats_itself_is_asked(kept: Keeping) -> None:
    class Braces(logging.LogRecord):
        def getMessage(self) -> str:  # noqa: N802  # logging's name
            return str(self.msg).format(*(self.args or ()))

    factory = logging.getLogRecordFactory()
    logging.setLogRecordFactory(Braces)
    try:
        log.info("opened {}", "A")  # noqa: PLE1205  # the record knows
    finally:
        logging.setLogRecordFactory(factory)
    assert crumbs(kept)[0]["message"] == "opened A"


def test_a_record_that_logs_while_it_formats_itself_is_not_heard(kept: Keeping) -> None:
    class Chatty(logging.LogRecord):
        def getMessage(self) -> str:  # noqa: N802  # logging's name
            if self.levelno == logging.INFO:
                log.error("formatting")
            return super().getMessage()

    log.propagate = False  # no other handler is to format it
    log.addHandler(logging.NullHandler())
    factory = logging.getLogRecordFactory()
    logging.setLogRecordFactory(Chatty)
    try:
        log.info("opened %s", "A")
    finally:
        logging.setLogRecordFactory(factory)
        log.propagate = True
    assert [crumb["message"] for crumb in crumbs(kept)] == ["opened A"]


def test_a_crumb_tells_what_was_so_when_it_was_logged(kept: Keeping) -> None:
    basket = ["pear"]
    log.info("basket: %s", basket)
    basket.append("plum")
    assert crumbs(kept)[0]["message"] == "basket: ['pear']"


def test_an_argument_that_logs_while_it_is_formatted_is_not_heard(kept: Keeping) -> None:
    class Chatty:
        def __str__(self) -> str:
            log.error("formatting")
            return "chatty"

    log.propagate = False  # no other handler is to format it
    log.addHandler(logging.NullHandler())
    log.info("%s", Chatty())
    log.info("%(who)s", {"who": Chatty()})
    log.propagate = True
    assert [crumb["message"] for crumb in crumbs(kept)] == ["chatty", "chatty"]


def test_an_exception_that_is_logged_and_captured_is_one_event(kept: Keeping) -> None:
    try:
        raise KeyError("x")
    except KeyError as error:
        log.exception("broken")
        rookery.capture_exception(error)
    assert len(kept.events) == 1


def test_hooks_are_given_the_record(init: Init) -> None:
    hints: list[Any] = []

    def look(told: Any, hint: Any) -> Any:
        hints.append(hint)
        return told

    kept = init(before_breadcrumb=look, before_send=look)
    log.info("opened")
    log.error("broken")
    assert [hint["log_record"].getMessage() for hint in hints[:2]] == ["opened", "broken"]
    assert len(kept.events) == 1


@pytest.mark.parametrize(
    ("number", "level"),
    [(5, "debug"), (20, "info"), (25, "info"), (35, "warning"), (40, "error"), (99, "fatal")],
)
def test_levels_of_ones_own_count_as_the_standard_one_below(
    number: int, level: str, init: Init
) -> None:
    kept = init(integrations=[LoggingIntegration(event_level=1)])
    log.setLevel(1)
    log.log(number, "heard")
    assert kept.event["level"] == level


def test_a_text_without_arguments_is_its_own_template(kept: Keeping) -> None:
    log.error("100% sold out")
    assert kept.event["logentry"] == {
        "message": "100% sold out",
        "params": [],
        "formatted": "100% sold out",
    }


@pytest.mark.parametrize("asking", [{"stack_info": True}, {"exc_info": True}])
def test_a_record_that_asks_for_the_stack_has_it(kept: Keeping, asking: dict[str, bool]) -> None:
    log.error("broken", **asking)  # type: ignore[arg-type]  # one of two flags
    (thread,) = kept.event["threads"]["values"]
    assert thread["current"] is True
    assert thread["crashed"] is False
    frames = thread["stacktrace"]["frames"]
    assert frames[-1]["context_line"].startswith("    log.error(")


def test_a_record_that_does_not_ask_has_no_stack(kept: Keeping) -> None:
    log.error("broken")
    assert "threads" not in kept.event
