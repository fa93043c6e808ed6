"""A thousand generators that take turns, each step in the ``contextvars`` context of its own.

A generator does not keep its context variables to itself (PEP 568 was put off): what runs it
gives them to it. So a scope around a ``yield`` needs a context around each ``next``.
"""

from __future__ import annotations

from collections import deque
from contextvars import Context, copy_context
from typing import TYPE_CHECKING

from tests.context.programs.units import UNITS, forked, reporting, steps

if TYPE_CHECKING:
    from collections.abc import Iterator


def work(number: int, how: str) -> Iterator[None]:
    with forked(how):
        yield from steps(number)


def main() -> None:
    with reporting() as how:
        turns: deque[tuple[Context, Iterator[None]]] = deque(
            (copy_context(), work(number, how)) for number in range(UNITS)
        )
        while turns:
            context, unit = turns.popleft()
            if context.run(next, unit, turns) is not turns:
                turns.append((context, unit))


if __name__ == "__main__":
    main()
