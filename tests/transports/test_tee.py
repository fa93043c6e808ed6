"""``tee``: each server gets each envelope, and none of them depends on another."""

from __future__ import annotations

import asyncio
import os
from contextlib import ExitStack, suppress
from itertools import count
from typing import TYPE_CHECKING, Any

import pytest

import rookery
from rookery.dsn import Dsn
from rookery.envelope import Envelope, Item
from rookery.errors import BadDsn, ConfigurationError
from rookery.testing import ScriptedServer
from rookery.testing.conformance.concurrency import OURS, Interruption
from rookery.testing.conformance.forking import fork
from rookery.testing.server import RefusingServer
from rookery.transport import build_transport
from rookery_transports.tee import TeeTransport
from tests.laws.running import run

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from rookery.delivery.ledger import Stats

Servers = list[ScriptedServer]


@pytest.fixture
def servers() -> Iterator[Servers]:
    with ExitStack() as stack:
        yield [stack.enter_context(ScriptedServer()) for _ in range(3)]


def build(servers: Servers, name: str = "tee+threaded", **arguments: Any) -> TeeTransport:
    first, *others = [server.dsn for server in servers]
    made = build_transport(Dsn.parse(first), name, arguments={"to": others, **arguments})
    assert isinstance(made, TeeTransport)
    return made


def under_way(servers: Servers, name: str = "tee+threaded", **arguments: Any) -> TeeTransport:
    """A tee that has its connections already, which on a busy machine may take a while."""
    tee = build(servers, name, **arguments)
    tee.submit(error(0))
    assert tee.flush(10.0)
    return tee


def error(number: int = 0, **headers: object) -> Envelope:
    event = Item.from_json("event", {"message": str(number)})
    return Envelope({"event_id": f"{number:032x}", **headers}, [event])


def arrived(server: ScriptedServer) -> list[int]:
    return [int(envelope.event_id or "", 16) for envelope in server.envelopes]


def obeys(stats: Stats) -> bool:
    return stats.offered == stats.delivered + sum(stats.dropped.values()) + stats.pending


@pytest.mark.parametrize("name", ["tee", "tee+sync", "tee+threaded"])
def test_every_server_gets_every_envelope(servers: Servers, name: str) -> None:
    tee = build(servers, name)
    taken = [tee.submit(error(number)) for number in range(5)]
    assert all(taken)

    assert tee.close(10.0)
    assert [arrived(server) for server in servers] == [[0, 1, 2, 3, 4]] * 3
    assert [target.stats.delivered for target in tee.targets] == [5, 5, 5]
    assert (tee.stats.offered, tee.stats.delivered, tee.stats.pending) == (15, 15, 0)


def test_a_dsn_in_the_header_is_each_targets_own(servers: Servers) -> None:
    tee = build(servers)
    tee.submit(error(1, dsn=servers[0].dsn))
    tee.submit(error(2))
    tee.close(10.0)

    for server in servers:
        named, unnamed = server.envelopes
        assert named.headers["dsn"] == server.dsn
        assert "dsn" not in unnamed.headers


def test_a_server_that_hangs_keeps_nothing_from_the_others(servers: Servers) -> None:
    tee = under_way(servers)
    servers[0].hold()
    tee.submit(error(1))

    assert tee.flush(1.0) is False
    assert [arrived(server) for server in servers[1:]] == [[0, 1], [0, 1]]
    assert [target.stats.pending for target in tee.targets] == [1, 0, 0]
    assert obeys(tee.stats)
    servers[0].release()
    assert tee.flush(10.0)


def test_a_close_gives_up_what_hangs_alone(servers: Servers) -> None:
    lost: list[str] = []
    tee = under_way(servers, on_drop=lambda _, reason: lost.append(reason))
    servers[1].hold()
    tee.submit(error(1))

    assert tee.close(1.0) is False
    servers[1].wait_for(lambda: lost, why="the loss")
    assert lost == ["shutdown_timeout"]
    assert tee.stats.dropped == {("shutdown_timeout", "error"): 1}
    assert tee.stats.delivered == 5
    assert not tee.submit(error(2))
    assert tee.stats.dropped[("closed", "error")] == 3


def test_each_target_has_its_own_limits_and_its_own_losses(servers: Servers) -> None:
    servers[0].script(429)
    servers[1].script(400)
    tee = build(servers, "tee+sync")
    for number in range(2):
        tee.submit(error(number))

    assert [dict(target.stats.dropped) for target in tee.targets] == [
        {("rate_limited", "error"): 1, ("ratelimit_backoff", "error"): 1},
        {("send_error", "error"): 1},
        {},
    ]
    assert sum(tee.stats.dropped.values()) == 3
    assert obeys(tee.stats)


def test_settings_are_for_all_and_a_dsn_may_say_otherwise(servers: Servers) -> None:
    first, second, third = (server.dsn for server in servers)
    dsn = f"tee+sync+{first}?maxsize=7&timeout=3"
    tee = build_transport(Dsn.parse(dsn), arguments={"to": [f"{second}?maxsize=8", third]})

    assert isinstance(tee, TeeTransport)
    assert [target.setup.settings.maxsize for target in tee.targets] == [7, 8, 7]
    assert {target.setup.settings.timeout.read for target in tee.targets} == {3.0}
    assert {type(target).__name__ for target in tee.targets} == {"SyncTransport"}


def test_a_target_may_have_a_transport_of_its_own(servers: Servers, tmp_path: Path) -> None:
    first = servers[0].dsn
    copy = f"file+https://key@errors.example.com/8?path={tmp_path}/copy"
    tee = build_transport(Dsn.parse(first), "tee", arguments={"to": [copy], "timeout": 3})
    tee.submit(error(1))

    assert tee.close(10.0)
    assert arrived(servers[0]) == [1]
    assert b'"message":"1"' in (tmp_path / "copy").read_bytes()


@pytest.mark.parametrize("blank", [",", " ", ", "])
def test_the_others_may_stand_in_the_query_and_in_the_environment(
    servers: Servers, blank: str
) -> None:
    first, *others = (server.dsn for server in servers)
    listed = blank.join(others)
    by_query = build_transport(Dsn.parse(f"tee+{first}?to={listed}"))
    by_environment = build_transport(Dsn.parse(f"tee+{first}"), environ={"ROOKERY_TO": listed})

    for tee in (by_query, by_environment):
        assert isinstance(tee, TeeTransport)
        assert [str(target.setup.dsn) for target in tee.targets][1:] == others


def test_a_program_uses_it_like_any_other(servers: Servers) -> None:
    with rookery.init(servers[0].dsn, transport="tee", to=[servers[1].dsn]):
        rookery.capture_message("for both")
        assert rookery.flush(10.0)
        asked = rookery.get_client().transport
        assert asked is not None
        assert asked.is_healthy()
        assert asked.setup.settings.shutdown_timeout == 2.0

    assert [len(server.events) for server in servers] == [1, 1, 0]


def test_a_loss_before_the_transport_is_told_to_each_server(servers: Servers) -> None:
    tee = build(servers)
    tee.record_lost_event("before_send", "error", 2)
    tee.submit(error(1))
    tee.close(10.0)

    for server in servers:
        types = [item.type for envelope in server.envelopes for item in envelope.items]
        assert "client_report" in types


def test_the_async_twins_do_the_same(servers: Servers) -> None:
    tee = under_way(servers)
    servers[0].hold()
    tee.submit(error(1))

    async def live() -> list[bool]:
        late = await tee.flush_async(0.3)
        servers[0].release()
        return [late, await tee.flush_async(10.0), await tee.close_async(10.0)]

    assert asyncio.run(live()) == [False, True, True]
    assert tee.stats.delivered == 6


def test_a_forked_child_sends_its_own_to_each(servers: Servers) -> None:
    for server in servers:
        server.hold()
    tee = build(servers, timeout=30)
    tee.submit(error(1))
    for server in servers:
        server.wait_for(1)
    child = fork()
    if child == 0:
        tee.submit(error(2))
        os._exit(0 if tee.flush(20.0) and tee.stats.delivered == 3 else 1)
    for server in servers:
        server.release()
    _, status = os.waitpid(child, 0)

    assert status == 0
    assert tee.flush(10.0)
    assert tee.stats.delivered == 3
    assert [sorted(arrived(server)) for server in servers] == [[1, 2]] * 3


@pytest.mark.parametrize("last", ["end", "early", "late", "finalizer"])
def test_a_program_ends_with_everything_sent_to_each(servers: Servers, last: str) -> None:
    dsn = f"{servers[0].dsn}?to={servers[1].dsn}&shutdown_timeout=30"
    ended = run("ending", dsn, "tee+threaded", last)

    assert ended.code == 0
    assert [len(server.events) for server in servers] == [101, 101, 0]


def test_at_the_exit_a_server_that_hangs_leaves_time_to_the_others(servers: Servers) -> None:
    servers[0].hold()
    dsn = f"{servers[0].dsn}?to={servers[1].dsn}&shutdown_timeout=8"
    ended = run("ending", dsn, "tee+threaded", "early")

    assert ended.code == 0
    assert len(servers[1].events) == 101


@pytest.mark.parametrize("by", ["signal", "gc"])
def test_interruptions_never_hang_and_the_books_balance(servers: Servers, by: str) -> None:
    ended = run("interrupted", f"{servers[0].dsn}?to={servers[1].dsn}", "tee+threaded", by, 60)

    assert ended.code == 0, f"{ended.said}{ended.complained}"


class CtrlC:
    """Raises ``KeyboardInterrupt`` at one line of these modules, in this thread."""

    def __init__(self, at: int, modules: tuple[str, ...]) -> None:
        self.interruption = Interruption(at, self.strike, modules)
        self.has_struck = False

    def strike(self) -> None:
        self.has_struck = True
        raise KeyboardInterrupt

    def amid(self, work: Callable[[], object]) -> bool:
        """Whether it came before the work was done."""
        with suppress(KeyboardInterrupt):
            self.interruption.run(work)
        return self.has_struck


@pytest.mark.parametrize(
    ("name", "modules"), [("tee+threaded", OURS), ("tee+sync", ("rookery_transports.tee",))]
)
def test_ctrl_c_at_any_line_of_a_submit_loses_nothing_that_no_ledger_names(
    servers: Servers, name: str, modules: tuple[str, ...]
) -> None:
    tee = under_way(servers, name)
    for at in count(1):
        before = [target.stats.offered for target in tee.targets]
        has_struck = CtrlC(at, modules).amid(lambda: tee.submit(error(at)))  # noqa: B023 - it is called here
        assert tee.flush(10.0), str(tee.stats)
        stats = [target.stats for target in tee.targets]
        missed = [s.offered for s in stats].count(before[0])
        assert missed in (0, 1, 3), f"at line {at} {missed} targets were not offered it"
        assert all(obeys(each) and each.pending == 0 for each in stats), str(stats)
        if not has_struck:
            break
        level_out(tee)
    assert at > len(tee.targets), "hardly a line was interrupted"


def level_out(tee: TeeTransport) -> None:
    """Offer those one more that were offered less, so that all begin alike."""
    most = max(target.stats.offered for target in tee.targets)
    for target in tee.targets:
        while target.stats.offered < most:
            target.submit(error())
        assert target.flush(10.0)


def test_nothing_is_captured_of_what_the_targets_do() -> None:
    with RefusingServer() as first, RefusingServer() as second:
        ended = run("noisy", f"{first.dsn}?to={second.dsn}", "tee+threaded", 3)

    assert ended.said == "6", ended.complained


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ({}, r"transport 'tee' needs other DSNs: to="),
        ({"to": []}, r"to: 'list' is not allowed; give one or more DSNs"),
        ({"to": 3}, r"to: 'int' is not allowed; give one or more DSNs"),
        ({"to": ["https://key@host/1", "gopher"]}, r"to, number 2: DSN: the scheme"),
        ({"to": ["https://key:secret@/1"]}, r"to, number 1: DSN: the host is missing"),
        ({"to": ["https://key@errors.example.com/7"]}, r"to: two DSNs.* of one project"),
        ({"to": ["thraeded+https://key@host/1"]}, r"'threaded'"),
    ],
)
def test_wrong_targets_are_errors_at_init(arguments: dict[str, Any], told: str) -> None:
    with pytest.raises(ConfigurationError, match=told) as raised:
        build_transport(Dsn.parse("https://key@errors.example.com/7"), "tee", arguments=arguments)

    assert "secret" not in str(raised.value)


def test_a_wrong_option_in_a_targets_query_is_an_error_at_init() -> None:
    with pytest.raises(BadDsn, match=r"'maxsiez'.*'maxsize'"):
        build_transport(
            Dsn.parse("https://key@errors.example.com/7"),
            "tee",
            arguments={"to": ["https://key@errors.example.com/8?maxsiez=3"]},
        )
