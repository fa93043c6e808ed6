"""A thousand green threads of eventlet; with ``patched`` the standard library is eventlet's."""

from __future__ import annotations

import sys
import warnings

warnings.simplefilter("ignore")  # eventlet asks for its own retirement

import eventlet  # type: ignore[import-untyped]  # noqa: E402  # it ships no types

if sys.argv[2] == "patched":
    eventlet.monkey_patch()

from tests.context.programs.units import UNITS, forked, reporting, steps  # noqa: E402


def work(number: int, how: str) -> None:
    with forked(how):
        for _ in steps(number):
            eventlet.sleep(0)


def main() -> None:
    with reporting() as how:
        pool = eventlet.GreenPool(UNITS)
        list(pool.imap(work, range(UNITS), [how] * UNITS))


if __name__ == "__main__":
    main()
