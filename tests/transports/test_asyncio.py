"""What is particular to sending on an asyncio loop."""

from __future__ import annotations

import asyncio
import gc
import threading
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest

pytest.importorskip("httpcore", reason="httpcore is not installed: pip install rookery[asyncio]")
pytest.importorskip("anyio", reason="anyio is not installed: pip install rookery[asyncio]")

from rookery.errors import BadOption
from tests.transports import lifetimes
from tests.transports.lifetimes import PATIENCE, assert_settled, error, numbers

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

    from rookery.testing.server import ScriptedServer
    from rookery.transport.contract import Transport

build = partial(lifetimes.build, "asyncio")
until = partial(lifetimes.until, asyncio.sleep)


@pytest.fixture(params=["asyncio", "uvloop"])
def run(request: pytest.FixtureRequest) -> Callable[[Coroutine[Any, Any, Any]], Any]:
    """``asyncio.run``, on the loop of either library."""
    if request.param == "asyncio":
        return asyncio.run
    uvloop = pytest.importorskip("uvloop", reason="uvloop is not installed: pip install uvloop")
    return uvloop.run  # type: ignore[no-any-return]  # found at run time


def threads_for_sending() -> list[str]:
    """The names of threads that a loop's executor or a transport of ours started."""
    ours = ("asyncio", "rookery-clerk", "rookery-sender")
    return [thread.name for thread in threading.enumerate() if thread.name.startswith(ours)]


def test_the_loop_that_runs_sends_and_no_thread_starts(
    server: ScriptedServer, run: Callable[[Coroutine[Any, Any, Any]], Any]
) -> None:
    before = threads_for_sending()

    async def main() -> Transport:
        transport = build(server.dsn)
        for number in range(5):
            transport.submit(error(number))
        assert await transport.flush_async(PATIENCE)
        assert threads_for_sending() == before
        assert await transport.close_async(PATIENCE)
        return transport

    assert_settled(run(main()), 5)
    assert numbers(server) == [0, 1, 2, 3, 4]
    assert server.connections == 1


def test_no_loop_is_needed_at_init(server: ScriptedServer) -> None:
    transport = build(server.dsn)
    transport.submit(error(1))
    assert transport.stats.pending == 1

    async def main() -> None:
        transport.submit(error(2))
        await until(lambda: len(server.requests) == 2)

    asyncio.run(main())
    assert transport.close(PATIENCE)
    assert_settled(transport, 2)


def test_what_no_loop_takes_is_sent_by_who_flushes(server: ScriptedServer) -> None:
    transport = build(server.dsn)
    transport.submit(error(1))
    assert transport.flush(PATIENCE)
    assert transport.close(PATIENCE)
    assert_settled(transport, 1)


def test_one_loop_after_the_other_is_adopted(
    server: ScriptedServer, run: Callable[[Coroutine[Any, Any, Any]], Any]
) -> None:
    transport = build(server.dsn)

    async def main(number: int) -> None:
        transport.submit(error(number))
        assert await transport.flush_async(PATIENCE)

    for number in range(3):
        run(main(number))
    assert transport.close(PATIENCE)
    assert numbers(server) == [0, 1, 2]
    assert server.connections == 3


def test_a_loop_that_goes_on_after_its_tasks_were_cancelled_sends_again(
    server: ScriptedServer,
) -> None:
    transport = build(server.dsn, shutdown_timeout=0.05)

    async def main() -> None:
        server.hold()
        transport.submit(error(1))
        await until(lambda: len(server.requests) == 1)
        for task in asyncio.all_tasks() - {asyncio.current_task()}:
            task.cancel()
        transport.submit(error(2))
        server.release()
        await until(lambda: transport.stats.delivered == 2)
        assert await transport.close_async(PATIENCE)

    asyncio.run(main())
    assert_settled(transport, 2)


def test_a_loop_that_is_stopped_amid_a_request_leaves_it_to_who_flushes(
    server: ScriptedServer, caplog: pytest.LogCaptureFixture
) -> None:
    transport = build(server.dsn)
    server.script("stall")
    loop = asyncio.new_event_loop()

    async def main() -> None:
        transport.submit(error(1))
        await until(lambda: len(server.requests) == 1)
        asyncio.get_running_loop().stop()

    task = loop.create_task(main())
    loop.run_forever()
    assert task.done()
    loop.close()
    assert transport.flush(PATIENCE)
    assert_settled(transport, 1)
    assert transport.close(PATIENCE)
    del task, loop
    gc.collect()
    assert "pending" not in caplog.text


def test_a_stopped_loop_that_runs_again_is_adopted_again(server: ScriptedServer) -> None:
    transport = build(server.dsn)
    loop = asyncio.new_event_loop()

    async def hand_over(number: int) -> None:
        transport.submit(error(number))
        await until(lambda: transport.stats.delivered == number)

    loop.run_until_complete(hand_over(1))
    transport.submit(error(2))
    assert transport.flush(PATIENCE)
    loop.run_until_complete(hand_over(3))
    loop.run_until_complete(transport.close_async(PATIENCE))
    loop.close()
    assert_settled(transport, 3)


def test_threads_hand_over_while_the_loop_runs(server: ScriptedServer) -> None:
    async def main() -> Transport:
        transport = build(server.dsn)

        def work(first: int) -> None:
            for number in range(first, first + 10):
                transport.submit(error(number))

        threads = [threading.Thread(target=work, args=(first,)) for first in (0, 10, 20)]
        for thread in threads:
            thread.start()
        await until(lambda: transport.stats.delivered == 30)
        for thread in threads:
            thread.join()
        assert await transport.close_async(PATIENCE)
        return transport

    assert_settled(asyncio.run(main()), 30)
    assert sorted(numbers(server)) == list(range(30))


def test_a_thread_may_flush_while_the_loop_sends(server: ScriptedServer) -> None:
    async def main() -> None:
        transport = build(server.dsn)
        transport.submit(error(1))
        loop = asyncio.get_running_loop()
        assert await loop.run_in_executor(None, transport.flush, PATIENCE)
        assert await loop.run_in_executor(None, transport.close, PATIENCE)
        assert_settled(transport, 1)

    asyncio.run(main())


def test_the_loop_may_be_named_before_it_runs(server: ScriptedServer) -> None:
    loop = asyncio.new_event_loop()
    transport = build(server.dsn, loop=loop)
    transport.submit(error(1))

    async def wait() -> None:
        await until(lambda: transport.stats.delivered == 1)
        assert await transport.close_async(PATIENCE)

    loop.run_until_complete(wait())
    loop.close()
    assert_settled(transport, 1)


def test_a_named_loop_that_is_closed_leaves_its_place_to_another(server: ScriptedServer) -> None:
    loop = asyncio.new_event_loop()
    transport = build(server.dsn, loop=loop)
    loop.close()

    async def main() -> None:
        transport.submit(error(1))
        assert await transport.close_async(PATIENCE)

    asyncio.run(main())
    assert_settled(transport, 1)


def test_what_is_no_loop_is_refused(server: ScriptedServer) -> None:
    with pytest.raises(BadOption, match="loop"):
        build(server.dsn, loop="mine")


def test_a_proxy_that_httpcore_has_no_words_for_is_refused(server: ScriptedServer) -> None:
    with pytest.raises(BadOption, match="socks5h"):
        build(server.dsn, http_proxy="socks4://ann:secret@127.0.0.1:1080")


def test_a_flush_that_is_cancelled_ends(server: ScriptedServer) -> None:
    server.hold()

    async def main() -> None:
        transport = build(server.dsn)
        transport.submit(error(1))
        waiting = asyncio.create_task(transport.flush_async(PATIENCE))
        await until(lambda: len(server.requests) == 1)
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting
        server.release()
        assert await transport.close_async(PATIENCE)

    asyncio.run(main())


def test_requests_run_at_once_in_one_thread(server: ScriptedServer) -> None:
    server.hold()

    async def main() -> None:
        transport = build(server.dsn, concurrency=4)
        for number in range(4):
            transport.submit(error(number))
        await until(lambda: len(server.requests) == 4)
        server.release()
        assert await transport.close_async(PATIENCE)

    asyncio.run(main())
    assert server.connections == 4
