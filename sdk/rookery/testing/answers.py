"""What the scripted server does with a request: an answer, or one of the named mishaps.

A script is a list of steps. A step is written as short as it can be::

    200                                       a status, with an empty JSON object
    (429, {"Retry-After": "60"})              and headers
    (400, {}, b'{"detail":"no"}')             and a body
    "reset"                                   a mishap, by its name in MISHAPS
    Answer(200, closes=True)                  anything else
"""

from __future__ import annotations

import socket
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple, Union

from rookery.testing.http1 import response_head
from rookery.testing.listener import reset

if TYPE_CHECKING:
    import threading

    from rookery.testing.http1 import Wire

DRIP = 0.02
"""Seconds between the bytes of a slow answer: far below any read time-out, and endless."""
GARBAGE = b"\x16\x03\x01 220 this is no HTTP at all\r\n\r\n"


@dataclass(frozen=True)
class Answer:
    """A response. ``headers`` may override ``Content-Length`` and ``Content-Type``."""

    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b"{}"
    closes: bool = False
    """Close the connection afterwards, without having announced it."""

    def __bytes__(self) -> bytes:
        fields = {"Content-Type": "application/json", "Content-Length": str(len(self.body))}
        names = {name.lower() for name in self.headers}
        kept = [(name, value) for name, value in fields.items() if name.lower() not in names]
        return response_head(self.status, [*kept, *self.headers.items()]) + self.body


class Mishap(NamedTuple):
    """Something that a server does instead of answering; the connection ends with it."""

    act: Callable[[Wire, threading.Event], None]
    """Called with the connection, and with what is set when the server wants to go on."""
    is_received: bool = True
    """Whether the request counts as received. If not, it is not even recorded."""


Step = Union[
    Answer, Mishap, str, int, tuple[int, Mapping[str, str]], tuple[int, Mapping[str, str], bytes]
]


def to_step(step: Step) -> Answer | Mishap:
    """The step that a short form means. Raises ``ValueError`` for an unknown mishap."""
    if isinstance(step, (Answer, Mishap)):
        return step
    if isinstance(step, int):
        return Answer(step)
    if isinstance(step, tuple):
        return Answer(*step)
    if step not in MISHAPS:
        raise ValueError(f"no mishap is called {step!r}; there are {', '.join(sorted(MISHAPS))}")
    return MISHAPS[step]


def redirect(location: str, status: int = 307) -> Answer:
    """A redirection, by default one that asks for the same POST again (RFC 9110)."""
    return Answer(status, {"Location": location}, b"")


def send_reset(wire: Wire, _: threading.Event) -> None:
    reset(wire.socket)


def say_nothing(_: Wire, go_on: threading.Event) -> None:
    go_on.wait()


def send_garbage(wire: Wire, _: threading.Event) -> None:
    wire.socket.sendall(GARBAGE)
    wire.socket.shutdown(socket.SHUT_WR)


def end(wire: Wire, _: threading.Event) -> None:
    wire.socket.shutdown(socket.SHUT_WR)


def break_off(wire: Wire, _: threading.Event) -> None:
    """Promise more than is sent."""
    wire.socket.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n{")
    wire.socket.shutdown(socket.SHUT_WR)


def drip_headers(wire: Wire, go_on: threading.Event) -> None:
    """A header that never ends."""
    _drip(wire, go_on, b"HTTP/1.1 200 OK\r\nX-Slow: ")


def drip_body(wire: Wire, go_on: threading.Event) -> None:
    """A body that never ends."""
    _drip(wire, go_on, response_head(200, [("Content-Length", str(10**9))]))


def _drip(wire: Wire, go_on: threading.Event, beginning: bytes) -> None:
    wire.socket.sendall(beginning)
    while not go_on.wait(DRIP):
        wire.socket.sendall(b".")


MISHAPS: Mapping[str, Mishap] = {
    "reset": Mishap(send_reset),
    "stall": Mishap(say_nothing),
    "garbage": Mishap(send_garbage),
    "no answer": Mishap(end),
    "short body": Mishap(break_off),
    "slow headers": Mishap(drip_headers),
    "slow body": Mishap(drip_body),
    # As a server that closes an idle connection at the moment at which the client uses it again.
    "hang up": Mishap(end, is_received=False),
    "hang up with a reset": Mishap(send_reset, is_received=False),
}
