"""Jobs that fail in other processes and threads: ``jobs.py HOW``. Each captures, and ends at once."""

from __future__ import annotations

import multiprocessing
import os
import sys
from concurrent.futures import Executor, ProcessPoolExecutor, ThreadPoolExecutor
from typing import Any

import rookery

JOBS = 4
METHODS = ("fork", "spawn", "forkserver")

rookery.init()  # SENTRY_DSN says where to; spawned processes come by here too


def job(number: int) -> None:
    try:
        raise LookupError(number)
    except LookupError:
        rookery.capture_exception()


def in_processes(method: str) -> None:
    context: Any = multiprocessing.get_context(method)
    processes = [context.Process(target=job, args=(number,)) for number in range(JOBS)]
    for process in processes:
        process.start()
    for process in processes:
        process.join()


def in_pool(method: str) -> None:
    """Its end is waited for: ``terminate``, and so the end of ``with Pool()``, kills its processes."""
    pool = multiprocessing.get_context(method).Pool(2)
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


def main(how: str) -> None:
    kind, _, method = how.partition("-")
    if kind == "processes":
        in_processes(method)
    elif kind == "pool":
        in_pool(method)
    elif kind == "daemon":
        in_daemon()
    elif method:
        in_executor(ProcessPoolExecutor(2, multiprocessing.get_context(method)))
    else:
        in_executor(ThreadPoolExecutor(2))


if __name__ == "__main__":
    main(sys.argv[1])
