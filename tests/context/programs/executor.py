"""A thousand jobs on few threads: what a job sets must not be there for the next one."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor

from tests.context.programs.units import UNITS, forked, reporting, steps


def work(number: int, how: str) -> None:
    with forked(how):
        for _ in steps(number):
            time.sleep(0)


def main() -> None:
    with reporting() as how, ThreadPoolExecutor(16) as executor:
        list(executor.map(lambda number: work(number, how), range(UNITS)))


if __name__ == "__main__":
    main()
