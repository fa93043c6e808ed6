"""A queue that is full, and who hears of it."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from rookery.envelope import Item
from rookery.testing.conformance.check import check

if TYPE_CHECKING:
    from rookery.envelope import Envelope
    from rookery.testing.conformance.rig import Rig
    from rookery.transport.contract import Transport

OVERFLOW = ("queue_overflow", "error")


def held_up(rig: Rig, **settings: object) -> Transport:
    """A transport whose first event, number 0, has arrived and waits for its answer."""
    transport = rig.build(send_client_reports=False, **settings)
    rig.server.hold()
    threading.Thread(target=rig.submit, args=(transport, 0), daemon=True).start()
    rig.server.wait_for(1, rig.backend.patience)
    return transport


def let_go(rig: Rig, transport: Transport) -> list[int]:
    """The numbers that arrived once the server answers."""
    rig.server.release()
    rig.settle(transport)
    return rig.numbers()


@check("http", "shares", "refuses", settings="maxsize")
def a_full_queue_refuses(rig: Rig) -> None:
    """What would be one too many, in flight included, is refused and counted."""
    transport = held_up(rig, maxsize=3)
    taken = rig.in_time(lambda: rig.submit(transport, 1, 2, 3, 4), "submit")
    assert taken == [True, True, False, False], str(taken)
    assert transport.stats.pending == 3, str(transport.stats)
    arrived = let_go(rig, transport)
    assert arrived == [0, 1, 2], str(arrived)
    assert rig.losses(transport) == {OVERFLOW: 2}, str(transport.stats)


@check("http", "shares", settings="maxsize overflow")
def the_oldest_may_make_room(rig: Rig) -> None:
    """With ``overflow="drop_oldest"`` the oldest that is not in flight makes room."""
    transport = held_up(rig, maxsize=3, overflow="drop_oldest")
    taken = rig.in_time(lambda: rig.submit(transport, 1, 2, 3, 4), "submit")
    assert all(taken), str(taken)
    arrived = let_go(rig, transport)
    assert arrived == [0, 3, 4], str(arrived)
    assert rig.losses(transport) == {OVERFLOW: 2}, str(transport.stats)


@check("http", "shares", settings="maxbytes")
def a_queue_is_bounded_in_bytes(rig: Rig) -> None:
    """What would be too many bytes, in flight included, is refused and counted."""
    size = rig.envelope(0).size
    transport = held_up(rig, maxbytes=2 * size + size // 2)
    rig.in_time(lambda: rig.submit(transport, 1, 2, 3), "submit")
    assert transport.stats.pending == 2, str(transport.stats)
    assert transport.stats.pending_bytes <= 2 * size + size // 2, str(transport.stats)
    arrived = let_go(rig, transport)
    assert arrived == [0, 1], str(arrived)
    assert rig.losses(transport) == {OVERFLOW: 2}, str(transport.stats)


@check("http", "queues", settings="maxsize")
def a_caller_never_waits(rig: Rig) -> None:
    """However much is submitted to a server that says nothing, no call waits."""
    transport = held_up(rig, maxsize=5)
    rig.in_time(lambda: rig.submit(transport, *range(1, 1000)), "submit")
    stats = transport.stats
    assert stats.offered == 1000, str(stats)
    assert (stats.pending, rig.losses(transport)) == (5, {OVERFLOW: 995}), str(stats)


@check("http", "queues", settings="maxsize")
def a_queue_that_was_full_takes_again(rig: Rig) -> None:
    """A queue that was full takes again once there is room."""
    transport = held_up(rig, maxsize=2)
    rig.in_time(lambda: rig.submit(transport, 1, 2), "submit")
    let_go(rig, transport)
    assert rig.submit(transport, 3) == [True]
    rig.settle(transport)
    assert rig.numbers() == [0, 1, 3], str(rig.numbers())


@check("http", settings="on_drop")
def a_loss_is_announced_once(rig: Rig) -> None:
    """``on_drop`` is called once for each loss, with the envelope and the reason."""
    heard: list[tuple[str | None, str]] = []
    transport = rig.build(
        on_drop=lambda envelope, reason: heard.append((envelope.event_id, reason))
    )
    rig.server.script(400, 200, 500)
    rig.submit(transport, 1, 2, 3)
    rig.settle(transport)
    expected = [(f"{number:032x}", "send_error") for number in (1, 3)]
    rig.wait_until(lambda: len(heard) >= 2, f"on_drop was called twice: {heard}")
    rig.in_time(lambda: transport.close(rig.backend.patience), "close")
    assert heard == expected, f"not {expected}: {heard}"


@check("http", "shares", settings="on_drop maxsize")
def a_refusal_is_announced_too(rig: Rig) -> None:
    """``on_drop`` hears of what was refused."""
    heard: list[str] = []
    transport = held_up(rig, maxsize=1, on_drop=lambda _, reason: heard.append(reason))
    rig.in_time(lambda: rig.submit(transport, 1), "submit")
    rig.wait_until(lambda: heard == ["queue_overflow"], f"on_drop was called: {heard}")


@check(settings="on_drop")
def a_loss_without_a_server_is_announced(rig: Rig) -> None:
    """``on_drop`` hears of what cannot be written, and of what comes after the close."""
    heard: list[str] = []
    transport = rig.build(on_drop=lambda _, reason: heard.append(reason))
    transport.submit(rig.envelope().with_items([Item.from_json("event", {"x": float("nan")})]))
    rig.settle(transport)
    rig.in_time(lambda: transport.close(rig.backend.patience), "close")
    rig.submit(transport, 1)
    rig.wait_until(lambda: "closed" in heard, f"on_drop was called: {heard}")
    assert list(dict.fromkeys(heard)) == ["internal_sdk_error", "closed"], str(heard)


@check("http", settings="on_drop")
def what_on_drop_raises_goes_nowhere(rig: Rig) -> None:
    """What ``on_drop`` raises reaches nobody, and the next event is delivered."""

    def on_drop(envelope: Envelope, reason: str) -> None:
        raise LookupError(f"{reason} {envelope}")

    transport = rig.build(on_drop=on_drop)
    rig.server.script(400)
    rig.submit(transport, 1, 2)
    rig.settle(transport)
    assert transport.stats.delivered == 1, str(transport.stats)
    assert rig.losses(transport) == {("send_error", "error"): 1}, str(transport.stats)


@check("http", settings="on_drop")
def on_drop_may_use_the_transport(rig: Rig) -> None:
    """``on_drop`` may submit, flush and read the books of the transport that calls it."""
    transports: list[Transport] = []
    books: list[dict[tuple[str, str], int]] = []

    def on_drop(_: Envelope, __: str) -> None:
        (transport,) = transports
        if len(rig.numbers()) < 2:
            rig.submit(transport, 2)
        transport.flush(0.0)
        books.append(dict(transport.stats.dropped))

    transports.append(rig.build(on_drop=on_drop))
    rig.server.script(400)
    rig.in_time(lambda: rig.submit(transports[0], 1), "submit")
    rig.wait_until(lambda: 2 in rig.numbers(), "what on_drop submitted arrives")
    rig.settle(transports[0])
    assert books == [{("send_error", "error"): 1}], f"the books that on_drop read: {books}"
