"""``rookery send FILE...``: posts what the transport ``file`` has written.

Each file is set aside while it is read, so that programs may go on writing to it. What was not
delivered is put back; what cannot be read is kept beside it. An event that is sent a second time,
because this was killed, is known by its id to the server.
"""

from __future__ import annotations

from collections import Counter, deque
from pathlib import Path
from typing import TYPE_CHECKING

from rookery.cli import FAILED, MISUSED, complain
from rookery.cli.errand import VARIABLE, Errand, address
from rookery.errors import ConfigurationError
from rookery.transport.record_file import RecordFile

if TYPE_CHECKING:
    import argparse

    from rookery.envelope import Envelope
    from rookery.transport.records import Record

NOT_TRIED = "not tried"


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
    absent = [
        str(path)
        for path in arguments.files
        if not (path.is_file() or RecordFile(path).aside.exists())
    ]
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


def send(path: Path, errand: Errand) -> bool:
    """Send one file, and what was left of it if this was once killed; whether nothing is left."""
    file = RecordFile(path)
    rounds = file.aside.exists() + path.exists()
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
