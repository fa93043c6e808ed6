"""What is particular to sending in a run of trio's."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import TYPE_CHECKING

import pytest

pytest.importorskip("trio", reason="trio is not installed: pip install rookery[trio]")
pytest.importorskip("httpcore", reason="httpcore is not installed: pip install rookery[trio]")

import trio

from rookery.errors import BadOption
from tests.transports import lifetimes
from tests.transports.lifetimes import PATIENCE, assert_settled, error, numbers

if TYPE_CHECKING:
    from rookery.testing.server import ScriptedServer
    from rookery.transport.contract import Transport

build = partial(lifetimes.build, "trio")


def test_the_run_sends(server: ScriptedServer) -> None:
    async def main() -> Transport:
        transport = build(server.dsn)
        for number in range(5):
            transport.submit(error(number))
        assert await transport.flush_async(PATIENCE)
        assert await transport.close_async(PATIENCE)
        return transport

    assert_settled(trio.run(main), 5)
    assert numbers(server) == [0, 1, 2, 3, 4]
    assert server.connections == 1


def test_no_run_is_needed_at_init_and_a_second_one_is_adopted(server: ScriptedServer) -> None:
    transport = build(server.dsn)
    transport.submit(error(0))

    async def main(number: int) -> None:
        transport.submit(error(number))
        assert await transport.flush_async(PATIENCE)

    trio.run(main, 1)
    trio.run(main, 2)
    assert transport.close(PATIENCE)
    assert_settled(transport, 3)
    assert numbers(server) == [0, 1, 2]


def test_threads_hand_over_by_the_token(server: ScriptedServer) -> None:
    async def main() -> None:
        transport = build(server.dsn, trio_token=trio.lowlevel.current_trio_token())

        def work() -> None:
            for number in range(10):
                transport.submit(error(number))
            assert transport.flush(PATIENCE)
            assert transport.close(PATIENCE)

        await trio.to_thread.run_sync(work)
        assert_settled(transport, 10)

    trio.run(main)
    assert sorted(numbers(server)) == list(range(10))


def test_code_on_an_asyncio_loop_can_await_it_too(server: ScriptedServer) -> None:
    async def main() -> None:
        transport = build(server.dsn)
        transport.submit(error(1))
        assert await transport.flush_async(PATIENCE)
        assert await transport.close_async(PATIENCE)
        assert_settled(transport, 1)

    asyncio.run(main())


def test_an_error_of_the_program_loses_nothing(server: ScriptedServer) -> None:
    transport = build(server.dsn)

    async def main() -> None:
        transport.submit(error(1))
        raise LookupError("the program's own")

    with pytest.raises(LookupError):
        trio.run(main)
    assert transport.close(PATIENCE)
    assert_settled(transport, 1)


def test_a_flush_that_is_cancelled_ends(server: ScriptedServer) -> None:
    server.hold()

    async def main() -> None:
        transport = build(server.dsn)
        transport.submit(error(1))
        with trio.CancelScope() as scope:
            scope.cancel()
            await transport.flush_async(PATIENCE)
        assert scope.cancelled_caught
        server.release()
        assert await transport.close_async(PATIENCE)

    trio.run(main)


def test_what_is_no_token_is_refused(server: ScriptedServer) -> None:
    with pytest.raises(BadOption, match="trio_token"):
        build(server.dsn, trio_token="mine")


def test_requests_are_tasks_of_the_nursery_that_the_program_gave(server: ScriptedServer) -> None:
    server.hold()
    found: list[int] = []

    async def main() -> None:
        async with trio.open_nursery() as nursery:
            transport = build(server.dsn, nursery=nursery)
            transport.submit(error())
            await trio.to_thread.run_sync(server.wait_for, 1)
            found.append(len(nursery.child_tasks))
            server.release()
        found.append(transport.stats.delivered)  # the nursery waited for it
        await transport.close_async(PATIENCE)

    trio.run(main)

    assert found == [1, 1]


def test_what_comes_after_the_end_of_the_given_nursery_is_sent_by_the_run(
    server: ScriptedServer,
) -> None:
    async def main() -> None:
        async with trio.open_nursery() as nursery:
            transport = build(server.dsn, nursery=nursery)
            transport.submit(error(1))
            nursery.cancel_scope.cancel()
        transport.submit(error(2))
        assert await transport.flush_async(PATIENCE)
        assert_settled(transport, 2)
        await transport.close_async(PATIENCE)

    trio.run(main)

    assert sorted(numbers(server)) == [1, 2]


def test_a_nursery_is_given_within_its_run(server: ScriptedServer) -> None:
    kept: list[trio.Nursery] = []

    async def main() -> None:
        async with trio.open_nursery() as nursery:
            kept.append(nursery)

    trio.run(main)

    with pytest.raises(BadOption, match="within its run"):
        build(server.dsn, nursery=kept[0])
    with pytest.raises(BadOption, match=r"a trio\.Nursery"):
        build(server.dsn, nursery=object())
