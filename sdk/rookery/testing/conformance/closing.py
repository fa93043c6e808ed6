"""Flush and close: deadlines that are kept, and answers that are true."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from rookery.testing.conformance.check import check
from rookery.testing.conformance.overflow import held_up

if TYPE_CHECKING:
    from rookery.testing.conformance.rig import Rig
    from rookery.transport.contract import Transport

SHORT = 0.2
"""Seconds of a deadline that has to pass."""


def close(rig: Rig, transport: Transport, timeout: float | None = None) -> bool:
    """``close``, which must return."""
    seconds = rig.backend.patience if timeout is None else timeout
    return rig.in_time(lambda: transport.close(seconds), "close")


@check()
def flushing_nothing_succeeds(rig: Rig) -> None:
    """``flush(0)`` is True when nothing is pending: before the first event, and after it."""
    transport = rig.build()
    assert transport.flush(0.0) is True, "before the first event"
    rig.submit(transport, 1)
    rig.settle(transport)
    assert transport.flush(0.0) is True, "after everything was settled"
    assert transport.flush(-1.0) is True, "with a deadline that is past"


@check("http", "queues")
def a_flush_keeps_its_deadline(rig: Rig) -> None:
    """A flush that cannot be done returns False when its time is over, and loses nothing."""
    transport = held_up(rig)
    for timeout in (SHORT, 0.0, -1.0):
        is_done = rig.in_time(lambda t=timeout: transport.flush(t), "flush")  # type: ignore[misc]
        assert is_done is False, f"flush({timeout}) says that all is settled"
    assert transport.stats.pending == 1, str(transport.stats)
    rig.server.release()
    rig.settle(transport)
    assert transport.stats.delivered == 1, str(transport.stats)


@check("http", "queues")
def a_flush_waits_for_all_that_came_before(rig: Rig) -> None:
    """A flush that succeeds leaves nothing unsettled that was accepted before it."""
    transport = held_up(rig)
    rig.submit(transport, *range(1, 20))
    rig.server.release()
    rig.settle(transport)
    stats = transport.stats
    assert (stats.delivered, stats.pending) == (20, 0), str(stats)


@check()
def a_transport_goes_on_after_a_flush(rig: Rig) -> None:
    """After a flush a transport is as good as before."""
    transport = rig.build()
    for number in range(3):
        rig.submit(transport, number)
        rig.settle(transport)
    assert rig.numbers() == [0, 1, 2], str(rig.numbers())


@check()
def a_close_drains_then_refuses(rig: Rig) -> None:
    """A close delivers what is pending; afterwards everything is refused, and counted."""
    transport = rig.build()
    rig.submit(transport, *range(5))
    assert close(rig, transport) is True, f"close gave up: {transport.stats}"
    assert rig.numbers() == [0, 1, 2, 3, 4], str(rig.numbers())
    assert rig.submit(transport, 5) == [False], "a closed transport takes an event"
    stats = transport.stats
    assert (stats.offered, stats.delivered, stats.pending) == (6, 5, 0), str(stats)
    assert sum(stats.dropped.values()) == 1, str(stats)
    assert len(rig.numbers()) == 5, "a closed transport sent an event"


@check()
def a_second_close_is_harmless(rig: Rig) -> None:
    """A second close, and a flush after it, find nothing to do."""
    transport = rig.build()
    rig.submit(transport, 1)
    assert close(rig, transport) is True
    before = transport.stats
    assert close(rig, transport) is True, "a second close"
    assert close(rig, transport, 0.0) is True, "a third one without time"
    assert transport.flush(0.0) is True, "a flush after close"
    assert transport.stats == before, f"{before}, and then {transport.stats}"


@check()
def a_close_without_use_succeeds(rig: Rig) -> None:
    """A transport that was never used closes at once."""
    assert close(rig, rig.build(), 0.0) is True


@check("http", "queues")
def a_close_keeps_its_deadline(rig: Rig) -> None:
    """A close that cannot drain returns False when its time is over; what is left is counted."""
    transport = held_up(rig, timeout=1, retries=False)
    rig.submit(transport, 1, 2)
    assert close(rig, transport, SHORT) is False, "close says that all was delivered"
    rig.wait_until(lambda: transport.stats.pending == 0, "nothing is pending after close")
    stats = transport.stats
    assert (stats.offered, stats.delivered) == (3, 0), str(stats)
    assert sum(stats.dropped.values()) == 3, str(stats)


@check("http", "queues")
def what_cannot_be_reached_does_not_hold_up_a_close(rig: Rig) -> None:
    """A close does not wait for retries beyond its deadline."""
    transport = rig.build(retries=50)
    rig.server.script(*["reset"] * 50)
    rig.submit(transport, 1, 2)
    assert close(rig, transport, SHORT) is False
    assert sum(transport.stats.dropped.values()) == 2, str(transport.stats)


@check()
def the_async_twins_do_the_same(rig: Rig) -> None:
    """``flush_async`` and ``close_async`` do what their namesakes do."""
    transport = rig.build()
    rig.submit(transport, 1, 2)

    async def flush_and_close() -> tuple[bool, bool]:
        is_flushed = await transport.flush_async(rig.backend.patience)
        return is_flushed, await transport.close_async(rig.backend.patience)

    done = rig.in_time(lambda: asyncio.run(flush_and_close()), "flush_async and close_async")
    assert done == (True, True), str(done)
    assert rig.numbers() == [1, 2], str(rig.numbers())
    assert rig.submit(transport, 3) == [False]
