"""A thousand greenlets; with ``patched`` the standard library is gevent's."""

from __future__ import annotations

import sys

import gevent
from gevent import monkey

if sys.argv[2] == "patched":
    monkey.patch_all()

from tests.context.programs.units import UNITS, forked, reporting, steps


def work(number: int, how: str) -> None:
    with forked(how):
        for _ in steps(number):
            gevent.sleep(0)


def main() -> None:
    with reporting() as how:
        gevent.joinall([gevent.spawn(work, n, how) for n in range(UNITS)], raise_error=True)


if __name__ == "__main__":
    main()
