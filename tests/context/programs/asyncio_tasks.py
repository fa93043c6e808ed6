"""A thousand tasks of one loop. ``gather``, ``group`` (3.11), ``eager`` (3.12), ``executor``."""

from __future__ import annotations

import asyncio
import sys
import time
from concurrent.futures import ThreadPoolExecutor

from tests.context.programs.units import UNITS, forked, reporting, steps


async def work(number: int, how: str) -> None:
    with forked(how):
        for _ in steps(number):
            await asyncio.sleep(0)


def work_in_a_thread(number: int, how: str) -> None:
    with forked(how):
        for _ in steps(number):
            time.sleep(0)


async def gather(how: str) -> None:
    await asyncio.gather(*[work(number, how) for number in range(UNITS)])


async def group(how: str) -> None:
    async with asyncio.TaskGroup() as tasks:  # type: ignore[attr-defined,unused-ignore]
        for number in range(UNITS):
            tasks.create_task(work(number, how))


async def eager(how: str) -> None:
    """Each task begins before ``create_task`` returns, in the midst of whoever creates it."""
    factory = asyncio.eager_task_factory  # type: ignore[attr-defined,unused-ignore]
    asyncio.get_running_loop().set_task_factory(factory)
    await gather(how)


async def executor(how: str) -> None:
    """``to_thread`` takes the context along; ``run_in_executor`` does not."""
    loop = asyncio.get_running_loop()
    with ThreadPoolExecutor(16) as pool:
        there = [loop.run_in_executor(pool, work_in_a_thread, n, how) for n in range(0, UNITS, 2)]
        here = [asyncio.to_thread(work_in_a_thread, n, how) for n in range(1, UNITS, 2)]
        await asyncio.gather(*there, *here)


def main() -> None:
    with reporting() as how:
        asyncio.run(
            {"gather": gather, "group": group, "eager": eager, "executor": executor}[sys.argv[2]](
                how
            )
        )


if __name__ == "__main__":
    main()
