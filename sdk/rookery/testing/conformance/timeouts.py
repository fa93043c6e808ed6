"""Time-outs: each bounds its part, and nothing but its part, of a request."""

from __future__ import annotations

from typing import TYPE_CHECKING

from urllib3.util import Timeout

from rookery.testing.conformance.check import Unsuitable, check
from rookery.testing.conformance.failures import NETWORK_ERROR, SHORT, assert_lost
from rookery.testing.silent import BlackHole, MuteServer

if TYPE_CHECKING:
    from rookery.testing.conformance.rig import Rig
    from rookery.transport.contract import Transport

LONG = 60.0
"""Seconds of a time-out that must not be what ends a request."""


def assert_gives_up(rig: Rig, transport: Transport) -> None:
    """The event is lost, and long before any other time-out than the short one."""
    rig.in_time(lambda: assert_lost(rig, transport, NETWORK_ERROR), "sending")


@check("http", settings="timeout")
def a_port_that_takes_nobody_costs_the_connect_time_out(rig: Rig) -> None:
    """Where a connection is neither taken nor refused, the connect time-out ends the wait."""
    try:
        hole = rig.open(BlackHole(rig.scheme))
    except OSError as error:
        raise Unsuitable(str(error)) from None
    settings = {"retries": False, "send_client_reports": False}
    assert_gives_up(rig, rig.build(hole.dsn, timeout=(SHORT, LONG), **settings))


@check("http", scheme="https", settings="timeout")
def a_handshake_that_never_ends_costs_the_connect_time_out(rig: Rig) -> None:
    """A TLS handshake is part of connecting: where it stalls, the connect time-out ends the wait."""
    mute = rig.open(MuteServer(rig.scheme))
    settings = {"retries": False, "send_client_reports": False}
    assert_gives_up(rig, rig.build(mute.dsn, timeout=(SHORT, LONG), **settings))


@check("http", "proxy", scheme="https", settings="timeout https_proxy")
def a_tunnel_that_never_opens_costs_the_connect_time_out(rig: Rig) -> None:
    """A proxy's tunnel is part of connecting: where it stalls, the connect time-out ends the wait."""
    mute = rig.open(MuteServer())
    proxy = {"https_proxy": f"http://127.0.0.1:{mute.port}"}
    settings = {"retries": False, "send_client_reports": False}
    assert_gives_up(rig, rig.build(timeout=(SHORT, LONG), **proxy, **settings))


@check("http", settings="timeout")
def a_server_that_stalls_costs_the_read_time_out(rig: Rig) -> None:
    """Once connected, the read time-out alone ends the wait for an answer."""
    rig.server.script("stall")
    assert_gives_up(rig, rig.build(timeout=(LONG, SHORT), retries=False))


@check("http", "queues", settings="timeout")
def the_connect_time_out_does_not_bound_the_answer(rig: Rig) -> None:
    """An answer may take longer than the connect time-out."""
    transport = rig.build(timeout=(SHORT, LONG), retries=False)
    rig.server.hold()
    rig.submit(transport, 1)
    rig.server.wait_for(1, rig.backend.patience)
    assert not transport.flush(2 * SHORT), "given up after the connect time-out"
    rig.server.release()
    rig.settle(transport)
    assert transport.stats.delivered == 1, str(transport.stats)


@check("http", settings="timeout")
def without_a_time_out_an_answer_is_waited_for(rig: Rig) -> None:
    """``timeout=None``, or None for a part of it, bounds nothing, and nothing is lost by it."""
    for timeout in (None, (None, LONG), (LONG, None)):
        rig.serve()
        transport = rig.build(timeout=timeout, retries=False)
        rig.submit(transport, 1)
        rig.settle(transport)
        assert transport.stats.delivered == 1, f"timeout={timeout}: {transport.stats}"


@check("http", settings="timeout")
def a_total_bounds_connecting_and_reading(rig: Rig) -> None:
    """``urllib3.Timeout(total=...)`` ends the wait for a connection, and that for an answer."""
    timeout = Timeout(total=SHORT, connect=LONG, read=LONG)
    for mishap in ("stall", "slow headers"):
        rig.serve()
        rig.server.script(mishap)
        assert_gives_up(rig, rig.build(timeout=timeout, retries=False))
