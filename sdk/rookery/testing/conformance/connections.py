"""Connections: kept, or not, and what happens when the server closes one."""

from __future__ import annotations

import os
import socket
import stat
from contextlib import suppress
from typing import TYPE_CHECKING

from rookery.testing.conformance.check import Unsuitable, check

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rookery.testing.conformance.rig import Rig

LOW_DELAY = 0x10
"""A type of service (RFC 1349) that nobody sets of his own accord."""
OPEN_FILES = "/dev/fd"


@check("http", "keep_alive", settings="keep_alive")
def keep_alive_uses_a_connection_again(rig: Rig) -> None:
    """With ``keep_alive`` one connection carries many requests."""
    transport = rig.build(keep_alive=True)
    rig.submit(transport, *range(5))
    rig.settle(transport)
    assert len(rig.server.requests) == 5, str(rig.numbers())
    assert rig.server.connections == 1, f"{rig.server.connections} connections for 5 requests"


@check("http", settings="keep_alive")
def without_keep_alive_each_request_has_its_connection(rig: Rig) -> None:
    """Without ``keep_alive`` each request has a connection of its own."""
    transport = rig.build(keep_alive=False)
    rig.submit(transport, *range(3))
    rig.settle(transport)
    assert rig.numbers() == [0, 1, 2], str(rig.numbers())
    assert rig.server.connections == 3, f"{rig.server.connections} connections for 3 requests"


@check("http", "keep_alive", settings="keep_alive")
def a_connection_closed_while_it_was_kept_costs_nothing(rig: Rig) -> None:
    """A kept connection that the server closes before it is used again is replaced, silently."""
    for mishap in ("hang up", "hang up with a reset"):
        rig.serve()
        transport = rig.build(retries=False)
        rig.server.script(200, mishap)
        for number in range(3):
            rig.submit(transport, number)
            rig.settle(transport)
        assert rig.server.steps_left == 0, f"the connection was not used again: {mishap}"
        assert rig.numbers() == [0, 1, 2], f"after {mishap!r} arrived {rig.numbers()}"
        assert rig.losses(transport) == {}, f"after {mishap!r}: {transport.stats}"


@check("http")
def a_server_that_closes_after_each_answer_costs_nothing(rig: Rig) -> None:
    """A server that closes after each answer, without notice, gets every event once."""
    rig.serve(requests_per_connection=1)
    transport = rig.build(retries=False)
    rig.submit(transport, *range(10))
    rig.settle(transport)
    assert rig.numbers() == list(range(10)), str(rig.numbers())
    assert rig.losses(transport) == {}, str(transport.stats)


@check("http", settings="retries")
def a_new_connection_is_not_replaced_silently(rig: Rig) -> None:
    """A new connection that ends without an answer is a failure, not a reason to try again."""
    transport = rig.build(retries=False)
    rig.server.script("no answer")
    rig.submit(transport, 1)
    rig.settle(transport)
    assert rig.numbers() == [1], f"sent {len(rig.numbers())} times"
    assert rig.losses(transport) == {("network_error", "error"): 1}, str(transport.stats)


@check("http", settings="socket_options")
def socket_options_are_set(rig: Rig) -> None:
    """``socket_options`` are set on the connection to the server."""
    if not os.path.isdir(OPEN_FILES):
        raise Unsuitable(f"there is no {OPEN_FILES}, in which to look for the connection")
    option = (socket.IPPROTO_IP, socket.IP_TOS, LOW_DELAY)
    transport = rig.build(socket_options=[option])
    rig.submit(transport, 1)
    rig.settle(transport)
    found = [each.getsockopt(*option[:2]) for each in connections_to(rig.server.port)]
    assert found, "the connection is not kept, and so cannot be asked"
    assert set(found) == {LOW_DELAY}, f"type of service: {found}"


def connections_to(port: int) -> Iterator[socket.socket]:
    """This process's connections to a port of the loopback, whoever opened them."""
    for name in os.listdir(OPEN_FILES):
        with suppress(OSError):  # closed meanwhile, or not connected
            if not stat.S_ISSOCK(os.fstat(int(name)).st_mode):
                continue
            with socket.socket(fileno=os.dup(int(name))) as found:
                if found.getpeername()[1:2] == (port,):
                    yield found
