"""Tasks have scopes of their own, whoever makes them, and their errors are not lost."""

from __future__ import annotations

import asyncio
import gc
import sys
from typing import TYPE_CHECKING, Any

import pytest

import rookery
from tests.integrations.libraries import needs

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

    from tests.client.keeping import Keeping

    Main = Callable[[], Coroutine[Any, Any, None]]

since_311 = pytest.mark.skipif(sys.version_info < (3, 11), reason="new in Python 3.11")
since_312 = pytest.mark.skipif(sys.version_info < (3, 12), reason="new in Python 3.12")


async def work(name: str) -> None:
    rookery.set_tag(name, "set")
    await asyncio.sleep(0)
    rookery.get_current_scope().set_tag(f"{name}.too", "set")
    await asyncio.sleep(0)
    rookery.capture_message(name)


async def gather() -> None:
    await asyncio.gather(*(work(f"task{number}") for number in range(10)))


async def group() -> None:
    async with asyncio.TaskGroup() as tasks:  # type: ignore[attr-defined,unused-ignore]  # 3.11
        for number in range(10):
            tasks.create_task(work(f"task{number}"))


async def in_executor() -> None:
    def job(name: str) -> None:
        asyncio.run(work(name))

    loop = asyncio.get_running_loop()
    await asyncio.gather(
        *(loop.run_in_executor(None, job, f"task{number}") for number in range(10))
    )


async def eager() -> None:
    asyncio.get_running_loop().set_task_factory(
        asyncio.eager_task_factory  # type: ignore[attr-defined,unused-ignore]  # 3.12
    )
    await gather()


async def by_factory() -> None:
    """A factory as before Python 3.11: it knows of no context."""

    def make(loop: Any, coroutine: Any) -> Any:
        return asyncio.Task(coroutine, loop=loop)

    asyncio.get_running_loop().set_task_factory(make)
    await gather()


WAYS = [
    gather,
    in_executor,
    by_factory,
    pytest.param(group, marks=since_311),
    pytest.param(eager, marks=since_312),
]


@pytest.mark.parametrize("main", WAYS)
def test_no_task_sees_what_another_sets(main: Main, kept: Keeping) -> None:
    async def around() -> None:
        rookery.set_tag("before", "set")
        await main()
        rookery.capture_message("after")

    asyncio.run(around())
    told = {event["logentry"]["formatted"]: set(event["tags"]) for event in kept.events}
    assert told.pop("after") == {"before"}
    assert told == {
        f"task{number}": {"before", f"task{number}", f"task{number}.too"} for number in range(10)
    }


def test_a_task_does_not_see_what_its_maker_sets_later(kept: Keeping) -> None:
    async def main() -> None:
        task = asyncio.create_task(work("inside"))
        rookery.set_tag("outside", "set")
        await task

    asyncio.run(main())
    assert set(kept.event["tags"]) == {"inside", "inside.too"}


@since_311
def test_who_names_a_context_shares_it(kept: Keeping) -> None:
    async def main() -> None:
        import contextvars

        rookery.set_tag("outside", "set")
        context = contextvars.copy_context()
        tasks = asyncio.get_running_loop()
        await tasks.create_task(work("inside"), context=context)  # type: ignore[call-arg,unused-ignore]
        context.run(rookery.capture_message, "shared")

    asyncio.run(main())
    assert set(kept.events[-1]["tags"]) == {"outside", "inside", "inside.too"}


class Loop(asyncio.SelectorEventLoop):
    """A loop of the program's own."""


def new_uvloop() -> asyncio.AbstractEventLoop:
    import uvloop

    loop: asyncio.AbstractEventLoop = uvloop.new_event_loop()
    return loop


@pytest.mark.parametrize("factory", [Loop, pytest.param(new_uvloop, marks=needs("uvloop"))])
def test_loops_of_whatever_factory_fork_and_capture(
    factory: Callable[[], asyncio.AbstractEventLoop], kept: Keeping
) -> None:
    async def main() -> None:
        await gather()
        asyncio.get_running_loop().call_soon(lambda: 1 / 0)
        await asyncio.sleep(0.01)

    loop = factory()
    try:
        loop.run_until_complete(main())
    finally:
        loop.close()
    *told, failed = kept.events
    assert len(told) == 10
    assert all(len(event["tags"]) == 2 for event in told)
    assert failed["exception"]["values"][0]["mechanism"]["type"] == "asyncio"


async def fail() -> None:
    rookery.set_tag("set", "inside")
    raise KeyError("lost")


def test_an_exception_that_nobody_retrieves_is_captured_with_its_tasks_scopes(
    kept: Keeping,
) -> None:
    async def main() -> None:
        rookery.set_tag("outside", "set")
        task = asyncio.create_task(fail(), name="the one")
        await asyncio.sleep(0.01)
        del task
        gc.collect()
        rookery.set_tag("later", "set")

    asyncio.run(main())
    event = kept.event
    (entry,) = event["exception"]["values"]
    assert entry["type"] == "KeyError"
    assert entry["mechanism"] == {"type": "asyncio", "handled": False}
    assert entry["stacktrace"]["frames"][-1]["function"] == "fail"
    assert event["tags"] == {"outside": "set", "set": "inside"}


def test_an_exception_that_is_awaited_is_the_programs(kept: Keeping) -> None:
    async def main() -> None:
        with pytest.raises(KeyError):
            await asyncio.create_task(fail())

    asyncio.run(main())
    gc.collect()
    assert kept.events == []


def test_an_exception_of_a_callback_is_captured(kept: Keeping) -> None:
    async def main() -> None:
        asyncio.get_running_loop().call_soon(lambda: 1 / 0)
        await asyncio.sleep(0.01)

    asyncio.run(main())
    assert kept.event["exception"]["values"][0]["type"] == "ZeroDivisionError"


def test_the_handler_of_the_program_is_asked_as_ever(kept: Keeping) -> None:
    asked: list[Any] = []

    async def main() -> None:
        loop = asyncio.get_running_loop()
        loop.set_exception_handler(lambda _, context: asked.append(context["exception"]))
        loop.call_soon(lambda: 1 / 0)
        await asyncio.sleep(0.01)

    asyncio.run(main())
    assert isinstance(asked[0], ZeroDivisionError)
    assert len(kept.events) == 1


def test_two_loops_one_after_the_other(kept: Keeping) -> None:
    asyncio.run(gather())
    asyncio.run(gather())
    assert len(kept.events) == 20
    assert all(len(event["tags"]) == 2 for event in kept.events)


def test_tasks_are_as_ever_without_a_client() -> None:
    asyncio.run(gather())
