"""A thousand threads, all alive at once: none captures before the last one has set its tags."""

from __future__ import annotations

import threading

from tests.context.programs.units import UNITS, forked, reporting, steps


def work(number: int, how: str, barrier: threading.Barrier) -> None:
    with forked(how):
        for _ in steps(number):
            barrier.wait(60)


def main() -> None:
    threading.stack_size(2**18)
    barrier = threading.Barrier(UNITS)
    with reporting() as how:
        threads = [threading.Thread(target=work, args=(n, how, barrier)) for n in range(UNITS)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()


if __name__ == "__main__":
    main()
