"""How ``rookery conformance pigeon`` has a loft, and reads what is in it."""

from __future__ import annotations

from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from rookery.envelope import Envelope
from rookery.testing.conformance import Backend
from rookery_pigeon import PigeonTransport

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


class Loft:
    """A folder of its own for each check."""

    folder = Path()

    @contextmanager
    def opened(self) -> Iterator[Mapping[str, Any]]:
        """What is yielded is given to each transport of the check."""
        with TemporaryDirectory() as folder:
            self.folder = Path(folder)
            yield {"folder": self.folder}

    def letters(self) -> list[Envelope]:
        """The envelopes in it, oldest first."""
        files = sorted(self.folder.glob("*.envelope"))
        return [Envelope.parse(file.read_bytes()) for file in files]


LOFT = Loft()
PIGEON = Backend(
    "pigeon",
    {"queues", "shares", "forks", "sender"},
    transport=PigeonTransport,
    host=LOFT.opened,
    received=LOFT.letters,
)
