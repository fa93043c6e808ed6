"""What is particular to sending in a run of trio's."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import threading
import warnings
from time import monotonic
from typing import TYPE_CHECKING, Any

import pytest

pytest.importorskip("trio", reason="trio is not installed: pip install rookery[trio]")
pytest.importorskip("httpcore", reason="httpcore is not installed: pip install rookery[trio]")

import trio

from rookery.dsn import Dsn
from rookery.envelope import Envelope, Item
from rookery.errors import BadOption
from rookery.testing.server import ScriptedServer
from rookery.transport import build_transport
from rookery.transport.guard import is_delivering

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from rookery.transport.contract import Transport

PATIENCE = 10.0


@pytest.fixture
def server() -> Iterator[ScriptedServer]:
    with ScriptedServer() as scripted:
        yield scripted


def build(server: ScriptedServer, **arguments: Any) -> Transport:
    """A transport to this server."""
    return build_transport(Dsn.parse(server.dsn), "trio", arguments=arguments)


def error(number: int = 0) -> Envelope:
    """An envelope with one event."""
    return Envelope({"event_id": f"{number:032x}"}, [Item.from_json("event", {"message": "oops"})])


def numbers(server: ScriptedServer) -> list[int]:
    """The numbers of the events that arrived, in order."""
    return [int(e.event_id, 16) for e in server.envelopes if e.event_id is not None]


def assert_settled(transport: Transport, delivered: int) -> None:
    """So many were offered and delivered, and nothing is missing in the books."""
    stats = transport.stats
    assert (stats.offered, stats.delivered, stats.pending) == (delivered, delivered, 0), str(stats)


async def until(is_so: Callable[[], object]) -> None:
    """Wait for a condition that nobody announces, while the run goes on."""
    deadline = monotonic() + PATIENCE
    while not is_so():
        assert monotonic() < deadline
        await trio.sleep(0.002)


def test_the_run_sends(server: ScriptedServer) -> None:
    async def main() -> Transport:
        transport = build(server)
        for number in range(5):
            transport.submit(error(number))
        assert await transport.flush_async(PATIENCE)
        assert await transport.close_async(PATIENCE)
        return transport

    assert_settled(trio.run(main), 5)
    assert numbers(server) == [0, 1, 2, 3, 4]
    assert server.connections == 1


def test_no_run_is_needed_at_init_and_a_second_one_is_adopted(server: ScriptedServer) -> None:
    transport = build(server)
    transport.submit(error(0))

    async def main(number: int) -> None:
        transport.submit(error(number))
        assert await transport.flush_async(PATIENCE)

    trio.run(main, 1)
    trio.run(main, 2)
    assert transport.close(PATIENCE)
    assert_settled(transport, 3)
    assert numbers(server) == [0, 1, 2]


def test_a_run_that_ends_lets_finish_what_has_begun(server: ScriptedServer) -> None:
    transport = build(server)
    server.hold()

    async def main() -> None:
        transport.submit(error(1))
        await until(lambda: len(server.requests) == 1)
        threading.Timer(0.05, server.release).start()

    trio.run(main)
    assert transport.close(PATIENCE)
    assert_settled(transport, 1)
    assert numbers(server) == [1], "sent twice"


def test_what_is_not_finished_in_time_is_sent_after_the_run(server: ScriptedServer) -> None:
    transport = build(server, shutdown_timeout=0.1)
    server.script("stall")

    async def main() -> None:
        transport.submit(error(1))
        await until(lambda: len(server.requests) == 1)
        transport.submit(error(2))

    trio.run(main)
    assert transport.stats.delivered == 0
    assert transport.flush(PATIENCE)
    assert_settled(transport, 2)
    assert transport.close(PATIENCE)


def test_threads_hand_over_by_the_token(server: ScriptedServer) -> None:
    async def main() -> None:
        transport = build(server, trio_token=trio.lowlevel.current_trio_token())

        def work() -> None:
            for number in range(10):
                transport.submit(error(number))
            assert transport.flush(PATIENCE)
            assert transport.close(PATIENCE)

        await trio.to_thread.run_sync(work)
        assert_settled(transport, 10)

    trio.run(main)
    assert sorted(numbers(server)) == list(range(10))


def test_a_flush_in_the_run_itself_sends_there_and_then(server: ScriptedServer) -> None:
    async def main() -> None:
        transport = build(server)
        transport.submit(error(1))
        assert transport.flush(PATIENCE)
        assert transport.close(PATIENCE)
        assert_settled(transport, 1)

    trio.run(main)


def test_code_on_an_asyncio_loop_can_await_it_too(server: ScriptedServer) -> None:
    async def main() -> None:
        transport = build(server)
        transport.submit(error(1))
        assert await transport.flush_async(PATIENCE)
        assert await transport.close_async(PATIENCE)
        assert_settled(transport, 1)

    asyncio.run(main())


def test_a_signal_handler_hands_over(server: ScriptedServer) -> None:
    transport = build(server)
    former = signal.signal(signal.SIGUSR1, lambda *_: transport.submit(error(2)))

    async def main() -> None:
        transport.submit(error(1))
        signal.raise_signal(signal.SIGUSR1)
        assert await transport.close_async(PATIENCE)

    try:
        trio.run(main)
    finally:
        signal.signal(signal.SIGUSR1, former)
    assert_settled(transport, 2)


def test_ctrl_c_loses_nothing(server: ScriptedServer) -> None:
    transport = build(server)

    async def main() -> None:
        transport.submit(error(1))
        signal.raise_signal(signal.SIGINT)
        await trio.sleep(PATIENCE)

    with pytest.raises(KeyboardInterrupt):
        trio.run(main)
    assert transport.close(PATIENCE)
    assert_settled(transport, 1)
    assert numbers(server) == [1]


def test_an_error_of_the_program_loses_nothing(server: ScriptedServer) -> None:
    transport = build(server)

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
        transport = build(server)
        transport.submit(error(1))
        with trio.CancelScope() as scope:
            scope.cancel()
            await transport.flush_async(PATIENCE)
        assert scope.cancelled_caught
        server.release()
        assert await transport.close_async(PATIENCE)

    trio.run(main)


def test_a_child_forked_in_the_run_sends_its_own(server: ScriptedServer) -> None:
    async def main() -> None:
        transport = build(server)
        transport.submit(error(1))
        assert await transport.flush_async(PATIENCE)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)  # there are threads: the server's
            child = os.fork()
        if not child:
            transport.submit(error(2))
            os._exit(0 if transport.flush(PATIENCE) and transport.close(PATIENCE) else 1)
        _, status = os.waitpid(child, 0)  # noqa: ASYNC222 - the run stands still meanwhile
        assert status == 0
        transport.submit(error(3))
        assert await transport.close_async(PATIENCE)
        assert_settled(transport, 2)

    trio.run(main)
    assert numbers(server) == [1, 2, 3]
    assert server.connections == 2, "the parent's connection did not outlive the child"


def test_what_httpcore_logs_bears_the_mark_of_the_transport(server: ScriptedServer) -> None:
    heard: list[tuple[str, bool]] = []

    class Ear(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            heard.append((record.name, is_delivering()))

    ear, root = Ear(), logging.getLogger()
    level = root.level
    root.addHandler(ear)
    root.setLevel(logging.DEBUG)
    server.script("reset", 200)

    async def main() -> None:
        transport = build(server)
        transport.submit(error(1))
        assert await transport.close_async(PATIENCE)

    try:
        trio.run(main)
    finally:
        root.removeHandler(ear)
        root.setLevel(level)
    spoken = [(name, is_marked) for name, is_marked in heard if name.startswith("httpcore")]
    assert spoken
    assert all(is_marked for _, is_marked in spoken)


def test_what_is_no_token_is_refused(server: ScriptedServer) -> None:
    with pytest.raises(BadOption, match="trio_token"):
        build(server, trio_token="mine")


def test_requests_are_tasks_of_the_nursery_that_the_program_gave(server: ScriptedServer) -> None:
    server.hold()
    found: list[int] = []

    async def main() -> None:
        async with trio.open_nursery() as nursery:
            transport = build(server, nursery=nursery)
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
            transport = build(server, nursery=nursery)
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
        build(server, nursery=kept[0])
    with pytest.raises(BadOption, match=r"a trio\.Nursery"):
        build(server, nursery=object())
