from __future__ import annotations

import logging
import threading
from typing import TYPE_CHECKING, Any

import rookery

if TYPE_CHECKING:
    from tests.client.keeping import Init, Keeping


def thread_of(kept: Keeping) -> dict[str, Any]:
    (thread,) = kept.events[-1]["threads"]["values"]
    found: dict[str, Any] = thread
    return found


def ask_for_help(reason: str) -> None:
    rookery.capture_message(f"help: {reason}")


def test_a_message_has_the_stack_of_its_caller_if_asked_for(init: Init) -> None:
    kept = init(attach_stacktrace=True)
    ask_for_help("lost")

    thread = thread_of(kept)
    inner = thread["stacktrace"]["frames"][-1]
    assert (inner["function"], inner["vars"]) == ("ask_for_help", {"reason": "'lost'"})
    assert inner["context_line"].strip() == 'rookery.capture_message(f"help: {reason}")'
    assert (thread["crashed"], thread["current"], thread["main"]) == (False, True, True)


def test_the_thread_of_a_message_has_its_name(init: Init) -> None:
    kept = init(attach_stacktrace=True)
    thread = threading.Thread(target=ask_for_help, args=("alone",), name="the lost one")
    thread.start()
    thread.join()

    assert thread_of(kept)["name"] == "the lost one"


def test_a_logged_message_has_a_stack_too(init: Init) -> None:
    kept = init(attach_stacktrace=True, default_integrations=True)
    logging.getLogger("help").error("lost again")

    functions = [frame["function"] for frame in thread_of(kept)["stacktrace"]["frames"]]
    assert "test_a_logged_message_has_a_stack_too" in functions


def test_a_message_has_no_stack_unless_asked_for(init: Init) -> None:
    kept = init()
    ask_for_help("found")

    assert "threads" not in kept.events[-1]
