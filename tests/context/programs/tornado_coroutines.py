"""A thousand coroutines on Tornado's loop: ``native`` ones, and ``decorated`` generators."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from tornado import gen
from tornado.ioloop import IOLoop

from tests.context.programs.units import UNITS, forked, reporting, steps

if TYPE_CHECKING:
    from collections.abc import Callable, Generator


@gen.coroutine
def decorated(number: int, how: str) -> Generator[object, object, None]:
    with forked(how):
        for _ in steps(number):
            yield gen.moment


async def native(number: int, how: str) -> None:
    with forked(how):
        for _ in steps(number):
            await gen.sleep(0)


async def everything(how: str) -> None:
    work: Callable[[int, str], Any] = decorated if sys.argv[2] == "decorated" else native
    await gen.multi([work(number, how) for number in range(UNITS)])


def main() -> None:
    with reporting() as how:
        IOLoop.current().run_sync(lambda: everything(how))


if __name__ == "__main__":
    main()
