"""What holds for each kind of loop that httpcore is awaited on."""

from __future__ import annotations

import logging
import os
import signal
import threading
from contextlib import contextmanager
from functools import partial
from importlib import import_module
from typing import TYPE_CHECKING, Any

import pytest

pytest.importorskip("httpcore", reason="httpcore is not installed: pip install rookery[asyncio]")
pytest.importorskip("anyio", reason="anyio is not installed: pip install rookery[asyncio]")

from rookery.transport.guard import is_delivering
from tests.transports.lifetimes import (
    PATIENCE,
    assert_settled,
    build,
    error,
    fork,
    numbers,
    until,
)

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Coroutine, Iterator

    from rookery.testing.server import ScriptedServer
    from rookery.transport.contract import Transport


class Kind:
    """A library with a loop, and the name of our transport for it."""

    def __init__(self, library: str, transport: str) -> None:
        self.transport = transport
        module = pytest.importorskip(library, reason=f"{library} is not installed")
        sleeper = import_module("asyncio") if library == "uvloop" else module
        self.sleep: Callable[[float], Awaitable[object]] = sleeper.sleep
        self.until = partial(until, self.sleep)
        self._run = module.run

    def run(self, main: Callable[[], Coroutine[Any, Any, None]]) -> None:
        """Run a coroutine function, and a loop for as long as that takes."""
        if self.transport == "trio":
            self._run(main)
        else:
            self._run(main())

    def build(self, server: ScriptedServer, **arguments: Any) -> Transport:
        """Our transport, to this server."""
        return build(self.transport, server.dsn, **arguments)


@pytest.fixture(params=[("asyncio", "asyncio"), ("uvloop", "asyncio"), ("trio", "trio")], ids=str)
def kind(request: pytest.FixtureRequest) -> Kind:
    return Kind(*request.param)


def test_a_loop_that_ends_lets_finish_what_has_begun(kind: Kind, server: ScriptedServer) -> None:
    transport = kind.build(server)
    server.hold()

    async def main() -> None:
        transport.submit(error(1))
        await kind.until(lambda: len(server.requests) == 1)
        threading.Timer(0.05, server.release).start()

    kind.run(main)
    assert transport.close(PATIENCE)
    assert_settled(transport, 1)
    assert numbers(server) == [1], "sent twice"


def test_what_is_not_finished_in_time_is_sent_after_the_loop(
    kind: Kind, server: ScriptedServer
) -> None:
    transport = kind.build(server, shutdown_timeout=0.1)
    server.script("stall")

    async def main() -> None:
        transport.submit(error(1))
        await kind.until(lambda: len(server.requests) == 1)
        transport.submit(error(2))

    kind.run(main)
    assert transport.stats.delivered == 0
    assert transport.flush(PATIENCE)
    assert_settled(transport, 2)
    assert transport.close(PATIENCE)


def test_a_flush_in_the_loop_itself_sends_there_and_then(
    kind: Kind, server: ScriptedServer
) -> None:
    async def main() -> None:
        transport = kind.build(server)
        transport.submit(error(1))
        assert transport.flush(PATIENCE)
        assert transport.close(PATIENCE)
        assert_settled(transport, 1)

    kind.run(main)


def test_a_signal_handler_hands_over(kind: Kind, server: ScriptedServer) -> None:
    transport = kind.build(server)
    former = signal.signal(signal.SIGUSR1, lambda *_: transport.submit(error(2)))

    async def main() -> None:
        transport.submit(error(1))
        signal.raise_signal(signal.SIGUSR1)
        assert await transport.close_async(PATIENCE)

    try:
        kind.run(main)
    finally:
        signal.signal(signal.SIGUSR1, former)
    assert_settled(transport, 2)


def test_ctrl_c_loses_nothing(kind: Kind, server: ScriptedServer) -> None:
    transport = kind.build(server)

    async def main() -> None:
        transport.submit(error(1))
        signal.raise_signal(signal.SIGINT)
        await kind.sleep(PATIENCE)

    with pytest.raises(KeyboardInterrupt):
        kind.run(main)
    assert transport.close(PATIENCE)
    assert_settled(transport, 1)
    assert numbers(server) == [1]


def test_a_child_forked_in_the_loop_sends_its_own(kind: Kind, server: ScriptedServer) -> None:
    async def main() -> None:
        transport = kind.build(server)
        transport.submit(error(1))
        assert await transport.flush_async(PATIENCE)
        child = fork()
        if not child:
            transport.submit(error(2))
            os._exit(0 if transport.flush(PATIENCE) and transport.close(PATIENCE) else 1)
        _, status = os.waitpid(child, 0)  # noqa: ASYNC222 - the loop stands still meanwhile
        assert status == 0
        transport.submit(error(3))
        assert await transport.close_async(PATIENCE)
        assert_settled(transport, 2)

    kind.run(main)
    assert numbers(server) == [1, 2, 3]
    assert server.connections == 2, "the parent's connection did not outlive the child"


@contextmanager
def listening() -> Iterator[list[tuple[str, bool]]]:
    """The logger of each record from DEBUG upwards, and whether it is marked as a transport's."""
    heard: list[tuple[str, bool]] = []

    class Ear(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            heard.append((record.name, is_delivering()))

    ear, root = Ear(), logging.getLogger()
    level = root.level
    root.addHandler(ear)
    root.setLevel(logging.DEBUG)
    try:
        yield heard
    finally:
        root.removeHandler(ear)
        root.setLevel(level)


def test_what_httpcore_logs_bears_the_mark_of_the_transport(
    kind: Kind, server: ScriptedServer
) -> None:
    server.script("reset", 200)

    async def main() -> None:
        transport = kind.build(server)
        transport.submit(error(1))
        assert await transport.close_async(PATIENCE)

    with listening() as heard:
        kind.run(main)
    spoken = [is_marked for name, is_marked in heard if name.startswith("httpcore")]
    assert spoken
    assert all(spoken)
