"""What goes wrong in the benchmarks: each shape raises, catches, and hands the exception on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    Take = Callable[[BaseException], object]


class TicketError(Exception):
    pass


class Seat:
    def __init__(self, row: int, number: int) -> None:
        self.row = row
        self.number = number

    def __repr__(self) -> str:
        return f"Seat({self.row}, {self.number})"


def three_frames(take: Take, index: int) -> None:
    venue = "north hall"
    try:
        book(venue, index)
    except TicketError as error:
        take(error)


def book(venue: str, index: int) -> None:
    seats = [Seat(1, index), Seat(2, index)]
    prices = {"full": 12.5, "reduced": 8.0}
    reserve(venue, seats, prices)


def reserve(venue: str, seats: list[Seat], prices: dict[str, float]) -> None:
    total = prices["full"] * len(seats)
    if total > 20:
        raise TicketError(f"{venue}: {total} is over the limit")


def forty_frames(take: Take, index: int) -> None:
    try:
        climb(38, {"path": f"/shows/{index}", "method": "GET"})
    except TicketError as error:
        take(error)


def climb(left: int, request: dict[str, str]) -> None:
    step, done = 38 - left, left == 0
    if done:
        raise TicketError(f"top of the stairs after {step}")
    turn(left - 1, request, f"landing {step}")


def turn(left: int, request: dict[str, str], landing: str) -> None:
    roles = ("usher", "guest")
    seat = Seat(left, 3)
    if left == 0:
        raise TicketError(f"{landing}: no way on for {roles}, {seat}")
    climb(left - 1, request)


CATALOGUE = {
    f"show-{n}": {"title": f"Show {n}", "seats": list(range(50)), "price": {"full": n * 0.5}}
    for n in range(2000)
}
BOOKINGS = [{"id": n, "email": f"guest{n}@example.org", "paid": n % 2 == 0} for n in range(5000)]
PROGRAMME = "The curtain rises, and nobody is there. " * 2500
POSTER = bytes(range(256)) * 64


def big_locals(take: Take, index: int) -> None:
    catalogue, bookings = CATALOGUE, BOOKINGS
    try:
        publish(catalogue, bookings, index)
    except TicketError as error:
        take(error)


def publish(catalogue: dict[str, Any], bookings: list[Any], index: int) -> None:
    programme, poster = PROGRAMME, POSTER
    paid = [booking for booking in bookings[:200] if booking["paid"]]
    typeset(catalogue, programme, poster, paid, index)


def typeset(*pages: object) -> None:
    seats = {Seat(row, 1): row for row in range(100)}
    raise TicketError(f"{len(pages)} pages do not fit, {len(seats)} seats")


def chain_of_four(take: Take, index: int) -> None:
    try:
        linked(3, index)
    except TicketError as error:
        take(error)


def linked(left: int, index: int) -> None:
    attempt = {"left": left, "index": index}
    if not left:
        raise TicketError(f"first cause {attempt}")
    try:
        linked(left - 1, index)
    except TicketError as error:
        raise TicketError(f"because of {error}") from error


SHAPES = {
    "3 frames": three_frames,
    "40 frames": forty_frames,
    "big locals": big_locals,
    "chain of 4": chain_of_four,
}
