"""What threads and thread pools know of their circumstances, and what becomes of their errors."""

from __future__ import annotations

import gc
import threading
import weakref
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import pytest

import rookery
from rookery.integrations.threading import ThreadingIntegration
from tests.client.program import run

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.client.keeping import Init, Keeping


def in_thread(function: Callable[[], object]) -> None:
    thread = threading.Thread(target=function)
    thread.start()
    thread.join()


def tags(kept: Keeping) -> dict[str, Any]:
    return {event["logentry"]["formatted"]: event.get("tags") for event in kept.events}


def test_a_thread_knows_what_its_starter_knew(kept: Keeping) -> None:
    rookery.set_tag("order", "1")
    with rookery.new_scope() as scope:
        scope.set_tag("step", "pay")
        in_thread(lambda: rookery.capture_message("inside"))
    assert kept.event["tags"] == {"order": "1", "step": "pay"}


def test_neither_side_sees_what_the_other_sets_later(kept: Keeping) -> None:
    started, changed = threading.Event(), threading.Event()

    def work() -> None:
        rookery.set_tag("inside", "1")
        started.set()
        assert changed.wait(10)
        rookery.capture_message("inside")

    thread = threading.Thread(target=work)
    thread.start()
    assert started.wait(10)
    rookery.set_tag("outside", "1")
    changed.set()
    thread.join()
    rookery.capture_message("outside")
    assert tags(kept) == {"inside": {"inside": "1"}, "outside": {"outside": "1"}}


def test_a_job_of_a_pool_knows_what_its_submitter_knew(kept: Keeping) -> None:
    def work(name: str) -> None:
        rookery.set_tag(name, "set by the job")
        rookery.capture_message(name)

    with ThreadPoolExecutor(max_workers=1) as pool:
        for name in ("one", "two"):
            with rookery.isolation_scope() as scope:
                scope.set_tag("submitter", name)
                pool.submit(work, name).result()
        pool.submit(work, name="three").result()
    assert tags(kept) == {
        "one": {"submitter": "one", "one": "set by the job"},
        "two": {"submitter": "two", "two": "set by the job"},
        "three": {"three": "set by the job"},
    }


def test_a_pool_keeps_nothing_of_a_job_that_is_done(init: Init) -> None:
    class Basket:
        """Something that the program would like to have back."""

    basket = Basket()
    gone = weakref.ref(basket)
    init()
    with ThreadPoolExecutor(max_workers=1) as pool:
        pool.submit(int).result()  # the worker begins with what its starter knows
        with rookery.isolation_scope() as scope:
            scope.set_extra("basket", basket)
            pool.submit(int).result()
        del scope, basket
        init(disabled_integrations=["threading"])
        pool.submit(int).result()  # nothing new is carried there
        gc.collect()
        assert gone() is None


def test_a_pool_maps_as_ever(kept: Keeping) -> None:
    with ThreadPoolExecutor(max_workers=2) as pool:
        assert list(pool.map(divmod, [7, 8], [2, 2])) == [(3, 1), (4, 0)]


def test_an_error_of_a_job_is_its_futures_alone(kept: Keeping) -> None:
    with ThreadPoolExecutor(max_workers=1) as pool:
        assert isinstance(pool.submit(lambda: 1 / 0).exception(), ZeroDivisionError)
    assert kept.events == []


def test_scopes_stay_outside_where_that_is_wished(init: Init) -> None:
    kept = init(integrations=[ThreadingIntegration(propagate_scope=False)])
    rookery.set_tag("order", "1")
    in_thread(lambda: rookery.capture_message("thread"))
    with ThreadPoolExecutor(max_workers=1) as pool:
        pool.submit(rookery.capture_message, "pool").result()
    assert tags(kept) == {"thread": None, "pool": None}


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_an_error_that_ends_a_thread_is_captured_where_it_happened(kept: Keeping) -> None:
    def work() -> None:
        rookery.set_tag("set", "inside")
        raise KeyError("lost")

    rookery.set_tag("order", "1")
    in_thread(work)
    event = kept.event
    (entry,) = event["exception"]["values"]
    assert entry["mechanism"] == {"type": "threading", "handled": False}
    assert [frame["function"] for frame in entry["stacktrace"]["frames"]][-1].endswith("work")
    assert event["tags"] == {"order": "1", "set": "inside"}


def test_the_error_goes_on_to_whom_it_went_before() -> None:
    done = run("""
        import threading
        rookery.init("http://k@h/1", transport=Printing())

        class Worker(threading.Thread):
            def run(self):
                raise ValueError("uncaught")

        worker = Worker()
        worker.start()
        worker.join()
        threading.excepthook = lambda args: print("hook of the program", args.exc_type.__name__)
        worker = Worker()
        worker.start()
        worker.join()
        print("run" in vars(worker))
    """)
    assert [line for line in done.stdout.splitlines() if not line.startswith("flush")] == [
        "event ValueError threading False",
        "event ValueError threading False",
        "hook of the program ValueError",
        "False",
    ]
    assert "ValueError: uncaught" in done.stderr
    assert done.returncode == 0


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_thread_that_ends_itself_is_no_error(kept: Keeping) -> None:
    def leave() -> None:
        raise SystemExit(1)

    in_thread(leave)
    assert kept.events == []


def test_a_thread_cannot_be_started_twice_as_ever(kept: Keeping) -> None:
    thread = threading.Thread(target=lambda: None)
    thread.start()
    with pytest.raises(RuntimeError, match="once"):
        thread.start()
    thread.join()
    assert "run" not in vars(thread)


def test_a_run_that_the_program_put_into_a_thread_is_run(kept: Keeping) -> None:
    done = []

    def mine() -> None:
        done.append("mine")

    thread = threading.Thread()
    thread.run = mine  # type: ignore[method-assign]
    thread.start()
    thread.join()
    assert done == ["mine"]
    assert thread.run is mine


def test_a_timer_knows_too(kept: Keeping) -> None:
    rookery.set_tag("order", "1")
    timer = threading.Timer(0, rookery.capture_message, ["later"])
    timer.start()
    timer.join()
    assert kept.event["tags"] == {"order": "1"}
