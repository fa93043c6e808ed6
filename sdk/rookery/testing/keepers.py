"""The back-ends of the built-in transports that keep what they are given, and send it nowhere."""

from __future__ import annotations

from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from rookery.testing.conformance import Backend
from rookery.transport.records import read

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from rookery.envelope import Envelope


class Drawer:
    """A file of its own for each check."""

    path = Path()

    @contextmanager
    def opened(self) -> Iterator[Mapping[str, Any]]:
        """A folder for it, which goes with the check."""
        with TemporaryDirectory() as folder:
            self.path = Path(folder, "envelopes")
            yield {"path": self.path}

    def envelopes(self) -> list[Envelope]:
        """What is in the file."""
        written = self.path.read_bytes() if self.path.exists() else b""
        return [record.envelope for record in read(written) if record.envelope is not None]


DRAWER = Drawer()
MEMORY = Backend("memory", {"sender"}, kept=lambda transport: transport.envelopes)
FILE = Backend("file", {"sender"}, host=DRAWER.opened, received=DRAWER.envelopes)
