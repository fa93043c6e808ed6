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
        stream.write("\n".join(lines(Envelope.parse(request.body))) + "\n")
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


def lines(envelope: Envelope) -> Iterator[str]:
    """An envelope as text: a line of headers, then each item."""
    yield f"envelope {json.dumps(dict(envelope.headers))}"
    for item in envelope.items:
        yield f"  {item.type} {json.dumps(dict(item.headers))}"
        yield from (f"    {line}" for line in body(item).splitlines())


def body(item: Item) -> str:
    """The payload of an item, for a person."""
    try:
        return json.dumps(json.loads(item.payload), indent=2, ensure_ascii=False)
    except ValueError:
        return f"({len(item.payload)} bytes)"
