"""``failover``: another server when one cannot be reached, and back again."""

from __future__ import annotations

import asyncio
import os
import socket
from itertools import count
from time import monotonic, sleep
from typing import TYPE_CHECKING, Any

import pytest

from rookery.dsn import Dsn
from rookery.envelope import Envelope, Item
from rookery.errors import ConfigurationError, MissingExtra
from rookery.testing import ScriptedServer
from rookery.testing.conformance.forking import fork
from rookery.testing.listener import LOOPBACK
from rookery.testing.server import RefusingServer
from rookery.transport import build_transport
from rookery.transport.registry import BUILT_IN
from tests.laws.running import run
from tests.plug.plugs import Idle

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from rookery.testing.answers import Step
    from rookery.transport.contract import Transport

NAMES = ["failover+sync", "failover+threaded"]
SPARE_KEY = "spare"


@pytest.fixture
def spare() -> Iterator[ScriptedServer]:
    with ScriptedServer() as scripted:
        yield scripted


@pytest.fixture
def nobody() -> Iterator[RefusingServer]:
    with RefusingServer() as refusing:
        yield refusing


def address(server: ScriptedServer) -> str:
    """The DSN of another project than that of the first server."""
    return f"http://{SPARE_KEY}@{LOOPBACK}:{server.port}/8"


def build(dsn: str, name: str, *spares: str, **arguments: Any) -> Transport:
    return build_transport(
        Dsn.parse(dsn), name, arguments={"spares": list(spares), "retries": 0, **arguments}
    )


def error(number: int = 0, **headers: object) -> Envelope:
    event = Item.from_json("event", {"message": str(number)})
    return Envelope({"event_id": f"{number:032x}", **headers}, [event])


def arrived(server: ScriptedServer) -> list[int]:
    return [int(envelope.event_id or "", 16) for envelope in server.envelopes]


@pytest.mark.parametrize("name", NAMES)
def test_what_cannot_reach_the_first_goes_to_the_next_and_counts_once(
    spare: ScriptedServer, nobody: RefusingServer, name: str
) -> None:
    transport = build(nobody.dsn, name, address(spare))
    for number in range(5):
        transport.submit(error(number, dsn=nobody.dsn))

    assert transport.close(10.0)
    assert arrived(spare) == [0, 1, 2, 3, 4]
    request = spare.requests[0]
    assert request.path == "/api/8/envelope/"
    assert request.auth["sentry_key"] == SPARE_KEY
    assert "dsn" not in request.envelope.headers
    stats = transport.stats
    assert (stats.offered, stats.delivered, stats.dropped) == (5, 5, {})


@pytest.mark.parametrize("name", NAMES)
def test_the_first_has_everything_while_it_can_be_reached(spare: ScriptedServer, name: str) -> None:
    with ScriptedServer() as first:
        transport = build(first.dsn, name, address(spare))
        for number in range(5):
            transport.submit(error(number))

        assert transport.close(10.0)
        assert arrived(first) == [0, 1, 2, 3, 4]
        assert spare.connections == 0


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("step", ["garbage", "reset", "no answer", 500, 400, 429])
def test_what_may_have_arrived_is_not_sent_to_another(
    spare: ScriptedServer, name: str, step: Step
) -> None:
    with ScriptedServer() as first:
        first.script(step)
        transport = build(first.dsn, name, address(spare))
        transport.submit(error(1))

        assert transport.close(10.0)
        assert spare.connections == 0
        assert sum(transport.stats.dropped.values()) == 1


@pytest.mark.parametrize("name", NAMES)
def test_the_first_is_first_again_when_it_can_be_reached(
    spare: ScriptedServer, nobody: RefusingServer, name: str
) -> None:
    transport = build(nobody.dsn, name, address(spare))
    numbers = count()

    def reaches(server: ScriptedServer) -> bool:
        before = len(server.requests)
        transport.submit(error(next(numbers)))
        return transport.flush(10.0) and len(server.requests) > before

    assert reaches(spare)
    with come_back(nobody) as first:
        wait_until(lambda: reaches(first))
        assert reaches(first)
        assert not reaches(spare)
    assert transport.close(10.0)
    assert transport.stats.dropped == {}
    assert transport.stats.delivered == next(numbers)


def come_back(nobody: RefusingServer) -> ScriptedServer:
    """A server on a port that refused until now."""
    nobody.__exit__(None, None, None)
    server = ScriptedServer()
    server._listening.close()
    server._listening = socket.create_server((LOOPBACK, nobody.port))
    return server


def wait_until(condition: Callable[[], bool]) -> None:
    deadline = monotonic() + 10.0
    while not condition():
        assert monotonic() < deadline
        sleep(0.02)


@pytest.mark.parametrize("name", NAMES)
def test_where_all_are_away_it_is_one_loss(nobody: RefusingServer, name: str) -> None:
    with RefusingServer() as another:
        lost: list[str] = []
        transport = build(
            nobody.dsn, name, another.dsn, on_drop=lambda _, reason: lost.append(reason)
        )
        transport.submit(error(1))
        assert transport.close(10.0)

    assert transport.stats.dropped == {("network_error", "error"): 1}
    assert lost == ["network_error"]


def test_the_second_spare_is_asked_when_the_first_is_away_too(
    spare: ScriptedServer, nobody: RefusingServer
) -> None:
    with RefusingServer() as another:
        transport = build(nobody.dsn, "failover+sync", another.dsn, address(spare))
        transport.submit(error(1))

    assert arrived(spare) == [1]


def test_a_server_that_is_not_to_be_trusted_is_as_good_as_away(spare: ScriptedServer) -> None:
    certificates = pytest.importorskip("trustme", reason="trustme is not installed")
    assert certificates
    with ScriptedServer("https", certificate="self_signed") as first:
        transport = build(first.dsn, "failover+sync", address(spare))
        transport.submit(error(1))

        assert first.requests == ()
    assert arrived(spare) == [1]


def test_the_spares_may_stand_in_the_query(spare: ScriptedServer, nobody: RefusingServer) -> None:
    transport = build_transport(
        Dsn.parse(f"failover+sync+{nobody.dsn}?spares={address(spare)}&retries=0")
    )
    transport.submit(error(1))

    assert arrived(spare) == [1]


def test_the_async_twins_do_the_same(spare: ScriptedServer, nobody: RefusingServer) -> None:
    transport = build(nobody.dsn, "failover", address(spare))
    transport.submit(error(1))

    async def live() -> list[bool]:
        return [await transport.flush_async(10.0), await transport.close_async(10.0)]

    assert asyncio.run(live()) == [True, True]
    assert arrived(spare) == [1]
    assert not transport.submit(error(2))


@pytest.mark.parametrize(
    "name", ["asyncio", "gevent", "eventlet", "twisted", "tornado", "requests"]
)
def test_it_wraps_other_transports(
    spare: ScriptedServer, nobody: RefusingServer, name: str
) -> None:
    if name not in BUILT_IN:
        pytest.skip(f"there is no {name} here")
    try:
        transport = build(nobody.dsn, f"failover+{name}", address(spare))
    except MissingExtra as absent:
        pytest.skip(str(absent))
    transport.submit(error(1))

    assert transport.close(10.0)
    assert arrived(spare) == [1]


def test_it_says_so_when_it_cannot_wrap_something() -> None:
    with pytest.raises(ConfigurationError, match=r"cannot wrap Idle, which has no make_sender"):
        build("http://key@127.0.0.1/1", "failover+tests.plug.plugs:Idle", "http://key@127.0.0.1/2")
    assert not hasattr(Idle, "make_sender")


@pytest.mark.parametrize("name", NAMES)
def test_a_forked_child_finds_the_way_too(
    spare: ScriptedServer, nobody: RefusingServer, name: str
) -> None:
    transport = build(nobody.dsn, name, address(spare))
    transport.submit(error(1))
    assert transport.flush(10.0)
    child = fork()
    if child == 0:
        transport.submit(error(2))
        os._exit(0 if transport.flush(10.0) and transport.stats.delivered == 1 else 1)
    _, status = os.waitpid(child, 0)
    transport.submit(error(3))

    assert transport.close(10.0)
    assert status == 0
    assert sorted(arrived(spare)) == [1, 2, 3]


@pytest.mark.parametrize("last", ["end", "early", "late", "finalizer"])
def test_a_program_ends_with_everything_sent(
    spare: ScriptedServer, nobody: RefusingServer, last: str
) -> None:
    dsn = f"{nobody.dsn}?spares={address(spare)}&shutdown_timeout=30"
    ended = run("ending", dsn, "failover+threaded", last)

    assert ended.code == 0
    assert len(spare.events) == 101


@pytest.mark.parametrize("by", ["signal", "finalizer"])
def test_interruptions_never_hang_and_the_books_balance(
    spare: ScriptedServer, nobody: RefusingServer, by: str
) -> None:
    dsn = f"{nobody.dsn}?spares={address(spare)}"
    ended = run("interrupted", dsn, "failover+threaded", by, 100)

    assert ended.code == 0, ended.complained


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ({}, r"transport 'failover' needs other DSNs: spares="),
        ({"spares": ""}, r"spares: 'str' is not allowed; give one or more DSNs"),
        ({"spares": ["https://key@host/1?timeout=3"]}, r"spares, number 1: give its address alone"),
        ({"spares": ["sync+https://key@host/1"]}, r"spares, number 1: give its address alone"),
        ({"spares": ["https://key@errors.example.com/7"]}, r"spares: two DSNs.* of one project"),
    ],
)
def test_wrong_spares_are_errors_at_init(arguments: dict[str, Any], told: str) -> None:
    with pytest.raises(ConfigurationError, match=told):
        build_transport(
            Dsn.parse("https://key@errors.example.com/7"), "failover", arguments=arguments
        )


@pytest.mark.parametrize("name", ["asyncio", "trio"])
def test_it_finds_the_way_on_a_loop(
    spare: ScriptedServer, nobody: RefusingServer, name: str
) -> None:
    library = pytest.importorskip(name, reason=f"{name} is not installed")
    pytest.importorskip("httpcore", reason=f"httpcore is not installed: rookery[{name}]")

    async def live() -> bool:
        transport = build(nobody.dsn, f"failover+{name}", address(spare))
        for number in range(3):
            transport.submit(error(number))
        is_settled = await transport.flush_async(10.0)
        return await transport.close_async(10.0) and is_settled

    assert library.run(live() if library is asyncio else live)
    assert arrived(spare) == [0, 1, 2]
