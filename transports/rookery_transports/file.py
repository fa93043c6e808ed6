"""``file``: appends envelopes to a file, to be sent later by ``rookery send``."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path  # noqa: TC003 - an annotation that is read at run time
from typing import TYPE_CHECKING, ClassVar, Literal

from rookery.delivery.actions import Answered, Failed, Failure
from rookery.errors import BadOption, ConfigurationError
from rookery.transport.contract import Sender
from rookery_transports.drivers.inline import InlineDriver
from rookery_transports.offline import NETWORK_SETTINGS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rookery.delivery.actions import Outcome
    from rookery.transport.contract import Request, Setup

MIB = 2**20
INSUFFICIENT_STORAGE = 507
"""What a server would say (RFC 4918, 11.5)."""


@dataclass(frozen=True)
class FileOptions:
    """What ``file`` understands besides the shared settings."""

    path: Path | None = None
    """Where; its folder has to exist. Required."""
    format: Literal["envelope", "jsonl"] = "envelope"
    """As they would travel, or a line of JSON for each."""
    max_bytes: int = 100 * MIB
    """How large it gets before it is renamed to ``path.1``; 0: as large as it will."""
    backups: int = 1
    """How many such older files are kept; 0: none, and what finds no room is lost."""

    def __post_init__(self) -> None:
        if self.path is None:
            raise ConfigurationError("transport 'file' needs a path: path='/var/spool/errors'")
        if self.path.is_dir() or not self.path.absolute().parent.is_dir():
            raise BadOption("path", str(self.path), "a file in a folder that exists")
        object.__setattr__(self, "path", self.path.absolute())  # a daemon changes its folder
        for name in ("max_bytes", "backups"):
            if getattr(self, name) < 0:
                raise BadOption(name, getattr(self, name), "a whole number, 0 or more")


class FileSender(Sender):
    """Writes what a server would have read."""

    def __init__(self, options: FileOptions) -> None:
        from rookery.transport.record_file import FileIsFull, RecordFile
        from rookery.transport.records import FORMATS

        assert options.path is not None, "see FileOptions"
        self.is_full = FileIsFull
        self.file = RecordFile(options.path, options.max_bytes, options.backups)
        self.as_record = FORMATS[options.format]

    def post(self, request: Request) -> Outcome:
        """Append an envelope."""
        try:
            self.file.append(self.as_record(request.body))
        except self.is_full:
            return Answered(INSUFFICIENT_STORAGE)
        except OSError as error:  # nothing has arrived anywhere
            return Failed(Failure.CONNECT, str(error))
        return Answered(200)


class FileTransport(InlineDriver):
    """Writes each envelope where it is captured."""

    Options = FileOptions
    defaults: ClassVar[Mapping[str, object]] = {"compression": "none", "retries": 0}
    unsupported = NETWORK_SETTINGS | {"compression", "compression_level"}
    backend = "rookery.testing.keepers:FILE"

    def make_sender(self, setup: Setup) -> Sender:
        """A sender into the file."""
        assert isinstance(setup.options, FileOptions)
        return FileSender(setup.options)
