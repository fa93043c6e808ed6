"""How ``rookery conformance heron`` has its main loop: a thread that ticks while a check is made."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from rookery.testing.conformance import FULL, Backend
from rookery_heron import HeronTransport, tick

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

ROUND = 0.005
"""Seconds between two ticks when there is nothing to send."""


@contextmanager
def main_loop() -> Iterator[Mapping[str, Any]]:
    """Ticks until the check is over."""
    over = threading.Event()

    def play() -> None:
        while not over.is_set():
            if not tick():
                over.wait(ROUND)

    player = threading.Thread(target=play, name="main loop", daemon=True)
    player.start()
    try:
        yield {}
    finally:
        over.set()
        player.join()


HERON = Backend("heron", FULL, transport=HeronTransport, host=main_loop)
