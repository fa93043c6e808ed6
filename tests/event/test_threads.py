from __future__ import annotations

import _thread
import logging
import threading
from typing import TYPE_CHECKING, Any

import rookery
from tests.event.telling import EMPTY, entries

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.client.keeping import Init, Keeping

CRASH = {"type": "threading", "handled": False}


def crash(handled: bool = False) -> None:
    try:
        EMPTY["x"]
    except KeyError as error:
        client = rookery.get_client()
        client.capture_exception(error, mechanism={**CRASH, "handled": handled})


def in_thread(function: Callable[[], object], name: str) -> int:
    thread = threading.Thread(target=function, name=name)
    thread.start()
    thread.join()
    assert thread.ident
    return thread.ident


def test_an_exception_that_ends_a_thread_names_the_thread(kept: Keeping) -> None:
    number = in_thread(crash, "the crashing one")
    assert kept.event["threads"]["values"] == [
        {
            "id": number,
            "name": "the crashing one",
            "crashed": True,
            "current": True,
            "main": False,
        }
    ]
    assert entries(kept)[-1]["thread_id"] == number


def test_the_stack_of_a_crashed_thread_is_told_once(kept: Keeping) -> None:
    in_thread(crash, "x")
    assert "stacktrace" not in kept.event["threads"]["values"][0]
    assert entries(kept)[-1]["stacktrace"]["frames"]


def test_an_exception_that_was_handled_says_nothing_of_threads(kept: Keeping) -> None:
    in_thread(lambda: crash(handled=True), "x")
    assert "threads" not in kept.event
    assert "thread_id" not in entries(kept)[-1]


def test_what_ends_the_main_thread_says_nothing_of_threads(kept: Keeping) -> None:
    crash()
    assert "threads" not in kept.event


def test_a_thread_that_threading_does_not_know_has_a_number_and_no_name(kept: Keeping) -> None:
    done = threading.Event()

    def run() -> None:
        crash()
        done.set()

    _thread.start_new_thread(run, ())
    assert done.wait(10)
    (told,) = kept.event["threads"]["values"]
    assert told["id"] == entries(kept)[-1]["thread_id"]
    assert "name" not in told
    assert told["main"] is False


def stack(kept: Keeping) -> list[dict[str, Any]]:
    (thread,) = kept.events[-1]["threads"]["values"]
    found: list[dict[str, Any]] = thread["stacktrace"]["frames"]
    return found


def test_the_stack_of_a_logged_message_ends_where_it_was_logged(init: Init) -> None:
    kept = init(attach_stacktrace=True)
    logging.getLogger("shop").error("sold out")
    assert stack(kept)[-1]["context_line"].strip().startswith('logging.getLogger("shop")')


def test_the_stack_of_a_ready_made_event_is_attached_unless_it_has_threads(init: Init) -> None:
    kept = init(attach_stacktrace=True)
    rookery.capture_event({"logentry": {"formatted": "hello"}})
    assert stack(kept)[-1]["context_line"].strip().startswith("rookery.capture_event")
    rookery.capture_event({"threads": {"values": [{"id": 7}]}})
    assert kept.events[-1]["threads"] == {"values": [{"id": 7}]}


def test_an_exception_has_no_second_stack(init: Init) -> None:
    kept = init(attach_stacktrace=True)
    rookery.capture_exception(ValueError("x"))
    assert "threads" not in kept.event
