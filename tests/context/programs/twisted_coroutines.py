"""A thousand ``inline`` callbacks, or ``coroutines``, on Twisted's reactor."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from twisted.internet import defer, task

from tests.context.programs.units import UNITS, forked, reporting, steps

if TYPE_CHECKING:
    from collections.abc import Generator


@defer.inlineCallbacks
def inline(reactor: Any, number: int, how: str) -> Generator[defer.Deferred[None], object, None]:
    with forked(how):
        for _ in steps(number):
            yield task.deferLater(reactor, 0, lambda: None)


async def coroutine(reactor: Any, number: int, how: str) -> None:
    with forked(how):
        for _ in steps(number):
            await task.deferLater(reactor, 0, lambda: None)


def work(reactor: Any, number: int, how: str) -> defer.Deferred[None]:
    if sys.argv[2] == "inline":
        return inline(reactor, number, how)
    return defer.Deferred.fromCoroutine(coroutine(reactor, number, how))


def main() -> None:
    with reporting() as how:

        def start(reactor: Any) -> defer.Deferred[Any]:
            units = [work(reactor, number, how) for number in range(UNITS)]
            return defer.gatherResults(units, consumeErrors=True)

        task.react(start, [])


if __name__ == "__main__":
    main()
