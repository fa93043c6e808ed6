"""How ``rookery conformance cuckoo`` has a nest, and reads what is in it."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from rookery.envelope import Envelope
from rookery.testing.conformance import Backend
from rookery_cuckoo import CuckooTransport

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

EGGS: list[bytes] = []


@contextmanager
def a_nest() -> Iterator[Mapping[str, Any]]:
    """An empty nest for each check."""
    EGGS.clear()
    yield {"nest": EGGS.append}


def eggs() -> list[Envelope]:
    """What is in it, oldest first."""
    return [Envelope.parse(egg) for egg in EGGS]


CUCKOO = Backend("cuckoo", (), transport=CuckooTransport, host=a_nest, received=eggs)
