"""Capturing where no lock may be waited for: handlers, finalizers, collections, hostile reprs."""

from __future__ import annotations

import contextvars
import gc
import signal
import threading
from typing import TYPE_CHECKING, Any

import pytest

import rookery
from rookery.event.dedupe import is_repeated

if TYPE_CHECKING:
    from types import FrameType

    from tests.client.keeping import Keeping


def fail(depth: int) -> None:
    if depth:
        fail(depth - 1)
    raise ValueError("deep")


def capture_a_failure() -> None:
    try:
        fail(10)
    except ValueError:
        rookery.capture_exception()


@pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="needs POSIX interval timers")
def test_a_signal_handler_may_capture_whatever_it_interrupts(kept: Keeping) -> None:
    handled = 0

    def handle(_number: int, _frame: FrameType | None) -> None:
        nonlocal handled
        handled += 1
        capture_a_failure()
        rookery.add_breadcrumb(message="from the handler")
        rookery.flush(0)
        signal.setitimer(signal.ITIMER_REAL, 0.0003)

    before = signal.signal(signal.SIGALRM, handle)
    signal.setitimer(signal.ITIMER_REAL, 0.0003)
    captured = 0
    try:
        while handled < 300:
            capture_a_failure()
            captured += 1
    finally:
        signal.signal(signal.SIGALRM, signal.SIG_IGN)  # the handler sets the timer again
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
    assert len(kept.envelopes) == captured + handled


def test_a_finalizer_may_capture(kept: Keeping) -> None:
    class Dying:
        def __init__(self) -> None:
            self.itself = self

        def __del__(self) -> None:
            capture_a_failure()

    for _ in range(200):
        Dying()
    gc.collect()
    assert len(kept.envelopes) == 200


class Captured(Exception):
    """Of a class whose instances need no mark."""


def begin_scopes(_: int) -> None:
    rookery.get_isolation_scope()
    rookery.get_current_scope()


def dedupe(number: int) -> None:
    is_repeated(Captured(number))


@pytest.mark.parametrize("step", [contextvars.ContextVar("any").set, dedupe, begin_scopes])
def test_a_finalizer_may_capture_while_a_context_variable_is_set(kept: Keeping, step: Any) -> None:
    """Until CPython 3.12 the collector interrupts even that; to set another one there is a crash."""

    class Dying:
        def __init__(self) -> None:
            self.itself = self

        def __del__(self) -> None:
            capture_a_failure()
            used.append([bytes(200) for _ in range(9)])
            used.clear()

    used: list[list[bytes]] = []
    capture_a_failure()
    wanted = gc.get_threshold()
    for number in range(300):
        gc.set_threshold(0)
        Dying()
        context = contextvars.Context()
        if step is not begin_scopes:
            context.run(rookery.set_tag, "owns", "what it holds")
            context.run(rookery.get_current_scope)
        gc.set_threshold(max(1, gc.get_count()[0] + number % 8))
        context.run(step, number)
    gc.set_threshold(*wanted)
    gc.collect()
    assert len(kept.envelopes) == 301


def test_a_collection_callback_may_capture(kept: Keeping) -> None:
    def collected(phase: str, _info: dict[str, int]) -> None:
        if phase == "start":
            capture_a_failure()

    gc.callbacks.append(collected)
    try:
        for _ in range(100):
            gc.collect()
    finally:
        gc.callbacks.remove(collected)
    assert len(kept.envelopes) >= 100


def test_a_finalizer_may_capture_while_an_event_is_told(kept: Keeping) -> None:
    class Dying:
        def __init__(self) -> None:
            self.itself = self

        def __del__(self) -> None:
            rookery.capture_message("died")

    class Collecting:
        def __repr__(self) -> str:
            gc.collect()
            return "collecting"

    def fail(_: object) -> None:
        raise KeyError("told")

    Dying()
    try:
        fail(Collecting())
    except KeyError:
        rookery.capture_exception()
    assert len(kept.envelopes) == 2


def test_a_repr_that_captures_does_not_go_round_in_circles(kept: Keeping) -> None:
    class Telling:
        def __repr__(self) -> str:
            capture_a_failure()
            return "<telling>"

    telling = Telling()
    capture_a_failure()
    try:
        raise KeyError(telling)
    except KeyError:
        rookery.capture_exception()
    assert len(kept.envelopes) == 2
    entry = kept.events[1]["exception"]["values"][0]
    assert entry["value"] == "<telling>"
    assert entry["stacktrace"]["frames"][-1]["vars"]["telling"] == "<telling>"


def test_threads_capture_at_once_and_lose_nothing(kept: Keeping) -> None:
    def work() -> None:
        for _ in range(50):
            capture_a_failure()

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({envelope.event_id for envelope in kept.envelopes}) == 400


def test_what_one_context_sets_is_not_seen_in_another(kept: Keeping) -> None:
    def work(name: str) -> None:
        with rookery.isolation_scope():
            rookery.set_tag("who", name)
            rookery.capture_message(name)

    for name in ("one", "two"):
        contextvars.copy_context().run(work, name)
    rookery.capture_message("outside")
    tags: list[Any] = [event.get("tags") for event in kept.events]
    assert tags == [{"who": "one"}, {"who": "two"}, None]
