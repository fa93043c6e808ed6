"""A program whose workers fail: ``workshop.py KIND COUNT``, each of so many tasks with its number."""

from __future__ import annotations

import multiprocessing
import sys
from concurrent.futures import Executor, ProcessPoolExecutor, ThreadPoolExecutor
from functools import partial
from typing import TYPE_CHECKING, Any

import rookery

if TYPE_CHECKING:
    from collections.abc import Callable


def fail(number: int) -> None:
    """A task that tells of its error, and waits until it is told: a worker may end at any time."""
    try:
        raise LookupError(number)
    except LookupError:
        rookery.capture_exception()
    assert rookery.flush(15)


def in_threads(count: int) -> None:
    with ThreadPoolExecutor(2) as pool:
        work(pool, count)


def in_processes(method: str, count: int) -> None:
    """A child that was forked has its parent's client; one that was not makes its own."""
    context: Any = multiprocessing.get_context(method)
    begin = None if method == "fork" else rookery.init
    with ProcessPoolExecutor(2, mp_context=context, initializer=begin) as pool:
        work(pool, count)


def in_children(method: str, count: int) -> None:
    """One process for each."""
    context: Any = multiprocessing.get_context(method)
    target = fail if method == "fork" else init_and_fail
    children = [context.Process(target=target, args=(number,)) for number in range(count)]
    for child in children:
        child.start()
    for child in children:
        child.join()
        assert child.exitcode == 0


def init_and_fail(number: int) -> None:
    rookery.init()
    fail(number)


def work(pool: Executor, count: int) -> None:
    list(pool.map(fail, range(count)))


KINDS: dict[str, Callable[[int], None]] = {
    "threads": in_threads,
    **{
        f"{kind}-{method}": partial(how, method)
        for kind, how in (("pool", in_processes), ("children", in_children))
        for method in ("fork", "spawn", "forkserver")
    },
}


if __name__ == "__main__":
    rookery.init()
    KINDS[sys.argv[1]](int(sys.argv[2]))
    try:
        raise LookupError("the workshop's own")
    except LookupError:
        rookery.capture_exception()
