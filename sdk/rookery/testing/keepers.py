"""The back-ends of the built-in transports that send nothing: they keep it, or forget it."""

from __future__ import annotations

from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from rookery.envelope import Envelope
from rookery.testing.conformance import Backend
from rookery.transport.records import read
from rookery.transport.registry import load

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from rookery.delivery.actions import Outcome
    from rookery.transport.contract import Request


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


class Witness:
    """Sees what ``null`` forgets, where it forgets it."""

    def __init__(self) -> None:
        self.envelopes: list[Envelope] = []

    @contextmanager
    def present(self) -> Iterator[Mapping[str, Any]]:
        """For as long as a check takes."""
        sender: Any = load("rookery_transports.null:NullSender", "transport 'null' of rookery")
        forget, self.envelopes = sender.post, []

        def post(self_: Any, request: Request) -> Outcome:
            outcome: Outcome = forget(self_, request)
            self.envelopes.append(Envelope.parse(request.body))
            return outcome

        sender.post = post
        try:
            yield {}
        finally:
            sender.post = forget


DRAWER, WITNESS = Drawer(), Witness()
MEMORY = Backend("memory", {"forks", "sender"}, kept=lambda transport: transport.envelopes)
FILE = Backend("file", {"forks", "sender"}, host=DRAWER.opened, received=DRAWER.envelopes)
NULL = Backend(
    "null", {"forks", "sender"}, host=WITNESS.present, received=lambda: WITNESS.envelopes
)
