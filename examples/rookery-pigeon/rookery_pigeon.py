"""Leaves each envelope in a folder, whence something else (rsync, a courier) carries it on.

rookery.init("pigeon+https://key@errors.example.com/7?folder=/var/spool/loft&suffix=.envelope")
"""

from __future__ import annotations

import os
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from time import time_ns
from typing import TYPE_CHECKING, ClassVar
from uuid import uuid4

from rookery.transport import Answered, Failed, Failure, Sender
from rookery_transports.drivers.thread import ThreadDriver
from rookery_transports.offline import NETWORK_SETTINGS

if TYPE_CHECKING:
    from rookery.transport import Outcome, Request, Setup


@dataclass(frozen=True)
class PigeonOptions:
    """Where the letters go. An option that is not here fails ``init``."""

    folder: Path = field(default=Path("loft"), metadata={"doc": "Where the files go."})
    suffix: str = field(default=".envelope", metadata={"doc": "How their names end."})


class PigeonSender(Sender):
    """Speaks to the file system where others speak HTTP."""

    def __init__(self, options: PigeonOptions) -> None:
        self.folder = options.folder
        self.suffix = options.suffix

    def post(self, request: Request) -> Outcome:
        """Write the envelope. A full disk or a missing folder is tried again, like a dead server."""
        try:
            self.write(request.body)
        except OSError as error:
            return Failed(Failure.CONNECT, str(error))
        return Answered(200)

    def write(self, letter: bytes) -> None:
        """Nobody ever sees half a letter: it gets its name when it is complete.

        Sorted by name, letters are in the order in which they were written.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        handle, draft = tempfile.mkstemp(dir=self.folder)
        with os.fdopen(handle, "wb") as file:
            file.write(letter)
        name = f"{time_ns():020}-{uuid4().hex}{self.suffix}"
        Path(draft).rename(self.folder / name)


class PigeonTransport(ThreadDriver):
    """Queue, retries, limits and the ledger come with the driver."""

    Options = PigeonOptions
    backend = "rookery_pigeon_backend:PIGEON"
    defaults: ClassVar = {"compression": "none"}
    unsupported = NETWORK_SETTINGS

    def make_sender(self, setup: Setup) -> Sender:
        """The sender, made when the first envelope leaves."""
        assert isinstance(setup.options, PigeonOptions)
        return PigeonSender(setup.options)
