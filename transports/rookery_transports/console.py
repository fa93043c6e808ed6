"""``console``: prints envelopes, for development."""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Literal

from rookery.delivery.actions import Answered
from rookery.envelope import Envelope
from rookery.transport.contract import Sender
from rookery_transports.drivers.inline import InlineDriver
from rookery_transports.offline import NETWORK_SETTINGS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from rookery.delivery.actions import Outcome
    from rookery.envelope import Item
    from rookery.transport.contract import Request, Setup


@dataclass(frozen=True)
class ConsoleOptions:
    """What ``console`` understands besides the shared settings."""

    stream: Literal["stderr", "stdout"] = "stderr"
    """Where it prints to."""


class ConsoleSender(Sender):
    """Prints what a server would have read."""

    def __init__(self, options: ConsoleOptions) -> None:
        self.options = options

    def post(self, request: Request) -> Outcome:
        """Print an envelope, with the JSON in it set out to be read."""
        stream = getattr(sys, self.options.stream)  # looked up now: a program may replace it
        encoding = getattr(stream, "encoding", None) or "utf-8"  # not all that stand in have one
        stream.write(text(Envelope.parse(request.body), encoding))
        stream.flush()
        return Answered(200)


class ConsoleTransport(InlineDriver):
    """Prints each envelope where it is captured."""

    Options = ConsoleOptions
    defaults: ClassVar[Mapping[str, object]] = {"compression": "none"}
    unsupported = NETWORK_SETTINGS | {"compression", "compression_level"}
    backend = "rookery.testing.printed:CONSOLE"

    def make_sender(self, setup: Setup) -> Sender:
        """A sender to the console."""
        options = setup.options
        return ConsoleSender(options if isinstance(options, ConsoleOptions) else ConsoleOptions())


def text(envelope: Envelope, encoding: str) -> str:
    """An envelope in what this encoding can write: where that is not all, JSON in ASCII."""
    told = "\n".join(lines(envelope, is_ascii=False)) + "\n"
    try:
        told.encode(encoding)
    except UnicodeEncodeError:
        return "\n".join(lines(envelope, is_ascii=True)) + "\n"
    return told


def lines(envelope: Envelope, *, is_ascii: bool) -> Iterator[str]:
    """A line of headers, then each item."""
    yield f"envelope {json.dumps(dict(envelope.headers))}"
    for item in envelope.items:
        yield f"  {item.type} {json.dumps(dict(item.headers))}"
        yield from (f"    {line}" for line in body(item, is_ascii).splitlines())


def body(item: Item, is_ascii: bool) -> str:
    """The payload of an item, for a person."""
    try:
        return json.dumps(json.loads(item.payload), indent=2, ensure_ascii=is_ascii)
    except ValueError:
        return f"({len(item.payload)} bytes)"
