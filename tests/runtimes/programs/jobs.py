"""Jobs that fail in other processes and threads: ``jobs.py HOW``. Each captures, and ends at once.

With ``JOBS_INIT=worker`` in the environment, a process that has no client yet makes one before its
first job, and each job waits until its error is told.
"""

from __future__ import annotations

import multiprocessing
import os
import sys
from concurrent.futures import Executor, ProcessPoolExecutor, ThreadPoolExecutor
from typing import Any

import rookery

JOBS = 4
BY_WORKERS = os.environ.get("JOBS_INIT") == "worker"

if __name__ == "__main__" or not BY_WORKERS:
    rookery.init()  # SENTRY_DSN says where to; spawned processes come by here too


def begin() -> None:
    """What a process does before its first job. One that was forked has its parent's client."""
    if not rookery.is_initialized():
        rookery.init()


def fail(what: object) -> None:
    try:
        raise LookupError(what)
    except LookupError:
        rookery.capture_exception()


def job(number: int) -> None:
    begin()
    fail(number)
    if BY_WORKERS:
        assert rookery.flush()


def in_processes(method: str) -> None:
    context: Any = multiprocessing.get_context(method)
    processes = [context.Process(target=job, args=(number,)) for number in range(JOBS)]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
        assert process.exitcode == 0


def in_pool(method: str, tasks: int | None = None) -> None:
    """Its end is waited for: ``terminate``, and so the end of ``with Pool()``, kills its processes."""
    pool = multiprocessing.get_context(method).Pool(2, begin, maxtasksperchild=tasks)
    pool.map(job, range(JOBS), chunksize=1)
    pool.close()
    pool.join()


def in_executor(executor: Executor) -> None:
    with executor:
        for future in [executor.submit(job, number) for number in range(JOBS)]:
            future.result()


def in_daemon() -> None:
    """A process that has left its parent, twice, as daemons do."""
    if os.fork():
        return
    os.setsid()
    if os.fork():
        os._exit(0)
    for number in range(JOBS):
        job(number)
    sys.exit()


def main(how: str) -> None:
    kind, _, method = how.partition("-")
    if kind == "processes":
        in_processes(method)
    elif kind == "pool":
        in_pool(method)
    elif kind == "replaced":
        in_pool(method, tasks=1)
    elif kind == "daemon":
        in_daemon()
    elif method:
        context = multiprocessing.get_context(method)
        in_executor(ProcessPoolExecutor(2, context, initializer=begin))
    else:
        in_executor(ThreadPoolExecutor(2))
    fail("the program's own")


if __name__ == "__main__":
    main(sys.argv[1])
