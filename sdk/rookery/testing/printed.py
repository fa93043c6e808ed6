"""The back-end of ``console``: what it prints is read back, as far as it says it."""

from __future__ import annotations

import json
from contextlib import contextmanager, redirect_stderr
from io import BytesIO, TextIOWrapper
from typing import TYPE_CHECKING, Any

from rookery.envelope import Envelope, Item
from rookery.testing.conformance import Backend

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

ENVELOPE, PAYLOAD = "\nenvelope ", "    "
"""How an envelope begins, and each line of an item's payload."""


class Paper:
    """What stands in the place of ``sys.stderr``, anew for each check, and knows ASCII alone."""

    stream = TextIOWrapper(BytesIO())

    @contextmanager
    def spread(self) -> Iterator[Mapping[str, Any]]:
        """The stream, for as long as a check takes."""
        self.stream = TextIOWrapper(BytesIO(), encoding="ascii")
        with redirect_stderr(self.stream):
            yield {}

    def envelopes(self) -> list[Envelope]:
        """The envelopes that a person reads there."""
        self.stream.flush()
        assert isinstance(self.stream.buffer, BytesIO)
        printed = self.stream.buffer.getvalue().decode()
        return [envelope(told) for told in f"\n{printed}".split(ENVELOPE)[1:]]


def envelope(told: str) -> Envelope:
    """A line of headers, then the items."""
    headers, *lines = told.splitlines()
    items: list[list[str]] = []
    for line in lines:
        if line.startswith(PAYLOAD):
            items[-1].append(line)
        else:
            items.append([line])
    return Envelope(json.loads(headers), [item(*each) for each in items])


def item(head: str, *payload: str) -> Item:
    """A type and headers, then JSON, or in brackets how much else it is."""
    kind, headers = head.split(maxsplit=1)
    text = "\n".join(payload)
    if text.lstrip().startswith("("):
        return Item(kind, b"", json.loads(headers))
    return Item.from_json(kind, json.loads(text), json.loads(headers))


PAPER = Paper()
CONSOLE = Backend(
    "console", {"forks", "sender"}, host=PAPER.spread, received=PAPER.envelopes, abridges=True
)
