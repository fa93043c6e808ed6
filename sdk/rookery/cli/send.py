"""``rookery send FILE...``: posts what the transport ``file`` has written.

Each file is set aside while it is read, so that programs may go on writing to it. What was not
delivered is put back; what cannot be read is kept beside it. An event that is sent a second time,
because this was killed, is known by its id to the server.
"""

from __future__ import annotations

from collections import Counter, deque
from pathlib import Path
from time import monotonic, sleep
from typing import TYPE_CHECKING

from rookery.cli import FAILED, MISUSED, complain
from rookery.dsn import Dsn
from rookery.errors import ConfigurationError
from rookery.options import environ
from rookery.transport.build import build_transport

if TYPE_CHECKING:
    import argparse

    from rookery.envelope import Envelope
    from rookery.transport.record_file import RecordFile
    from rookery.transport.records import Record

VARIABLE = "SENTRY_DSN"
NOT_TRIED = "not tried"
HOPELESS = frozenset(
    {"network_error", "rate_limited", "ratelimit_backoff", "shutdown_timeout", "internal_sdk_error"}
)
"""Reasons for which the next envelope would be lost too."""
A_MOMENT, LOOK_AGAIN = 2.0, 0.002
"""Seconds in which a loss that is counted has to be told of, and between two looks."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options of this command."""
    parser.epilog = (
        "Exit status: 0 if everything was delivered, 1 if something is left, 2 if nothing could be"
        " tried. What is left stays in its file; what cannot be read is put into FILE.unreadable."
    )
    parser.add_argument("files", nargs="+", type=Path, metavar="FILE")
    parser.add_argument("--dsn", help=f"where to (default: that of {VARIABLE}, its address alone)")
    parser.add_argument(
        "--transport",
        metavar="NAME",
        help="as init takes it (default: what --dsn says, or threaded)",
    )
    parser.add_argument(
        "--timeout", type=float, default=30.0, metavar="SECONDS",
        help="how long one envelope may take, retries included (default: %(default)s)",
    )  # fmt: skip


def run(arguments: argparse.Namespace) -> int:
    """Send the files; the exit status."""
    absent = [str(path) for path in arguments.files if not (path.is_file() or aside(path).exists())]
    if absent:
        complain(f"no such file: {', '.join(absent)}")
        return MISUSED
    try:
        errand = Errand(address(arguments.dsn), arguments.transport, arguments.timeout)
    except ConfigurationError as error:
        complain(str(error))
        return MISUSED
    try:
        is_done = [send(path, errand) for path in arguments.files]
    except OSError as error:
        complain(f"{error}; what was not delivered is still there")
        return FAILED
    finally:
        errand.transport.close(0.0)
    return 0 if all(is_done) else FAILED


def address(given: str | None) -> Dsn:
    """Where to. Raises :class:`ConfigurationError`."""
    if given is not None:
        return Dsn.parse(given)
    text = environ().get(VARIABLE)
    if not text:
        raise ConfigurationError(f"where to? give --dsn, or set {VARIABLE}")
    dsn = Dsn.parse(text)  # how the program sends, to that file perhaps, is not for us
    keys = dsn.public_key, dsn.host, dsn.project_id
    return Dsn(dsn.scheme, *keys, dsn.port, dsn.path, dsn.secret_key)


class Errand:
    """One envelope after another through a transport; each is settled before the next."""

    def __init__(self, dsn: Dsn, transport: str | None, timeout: float) -> None:
        self.timeout = timeout
        self.is_hopeless = False
        self._lost: list[tuple[Envelope, str]] = []
        self.transport = build_transport(
            dsn,
            transport or dsn.transport or "threaded",
            arguments={"on_drop": self._note, "send_client_reports": False},
            environ=environ(),
        )

    def _note(self, envelope: Envelope, reason: str) -> None:
        self._lost.append((envelope, reason))

    def carry(self, envelope: Envelope) -> list[tuple[Envelope, str]]:
        """What was lost of it, with the reason."""
        self._lost.clear()
        before = self._dropped()
        self.transport.submit(envelope)
        if not self.transport.flush(self.timeout):
            self.transport.close(0.0)  # gives it up, and says so
        dropped = self._dropped() - before
        if not dropped and not self.transport.stats.pending:
            return []
        lost = self._told_of(dropped) or [(envelope, "unknown")]
        self.is_hopeless = any(reason in HOPELESS for _, reason in lost)
        return lost

    def _dropped(self) -> int:
        return sum(self.transport.stats.dropped.values())

    def _told_of(self, items: int) -> list[tuple[Envelope, str]]:
        """The losses of so many items. A transport may count first, and tell in its own thread."""
        deadline = monotonic() + A_MOMENT
        while sum(len(envelope.items) for envelope, _ in self._lost) < items:
            if monotonic() >= deadline:
                return []
            sleep(LOOK_AGAIN)
        return list(self._lost)


def aside(path: Path) -> Path:
    """Where a file is while it is sent."""
    return path.with_name(f"{path.name}.sending")


def send(path: Path, errand: Errand) -> bool:
    """Send one file, and what was left of it if this was once killed; whether nothing is left."""
    from rookery.transport.record_file import RecordFile

    file = RecordFile(path)
    rounds = aside(path).exists() + path.exists()
    return min(_send_once(file, errand) for _ in range(rounds))  # each, whatever the first says


def _send_once(file: RecordFile, errand: Errand) -> bool:
    from rookery.transport.records import read

    set_aside = file.take()
    left = deque(read(set_aside.read_bytes()))
    told: Counter[str] = Counter()
    try:
        while left and not errand.is_hopeless:
            told += _carry(left[0], file, errand)
            left.popleft()
    finally:  # Ctrl-C too
        for record in left:
            _keep(record, file)
        set_aside.unlink()
    told[NOT_TRIED] += len(left)
    print(f"{file.path}: {', '.join(f'{n} {what}' for what, n in (+told).items()) or 'empty'}")
    return set(+told) <= {"delivered"}


def _carry(record: Record, file: RecordFile, errand: Errand) -> Counter[str]:
    if record.envelope is None:
        _keep(record, file)
        return Counter({"unreadable": 1})
    lost = errand.carry(record.envelope)
    for envelope, _ in lost:
        _keep(record if envelope == record.envelope else _part(envelope), file)
    return Counter(f"kept ({reason})" for _, reason in lost) or Counter({"delivered": 1})


def _part(envelope: Envelope) -> Record:
    """What was lost of an envelope whose other items arrived."""
    from rookery.transport.records import Record

    return Record(envelope.serialize(), envelope)


def _keep(record: Record, file: RecordFile) -> None:
    if record.envelope is not None:
        file.append(record.again())
    else:
        name = f"{file.path.name}.unreadable"
        file._replace(path=file.path.with_name(name)).append(record.data + b"\n")
