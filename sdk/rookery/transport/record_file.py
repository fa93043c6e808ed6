"""A file that several threads and processes append to, and that is never larger than it may be.

Rule 1: a lock file beside it says whose turn it is; who waits for long gives up instead.
Rule 2: a record is there whole or not at all: what a full disk cut short is taken away again.
Rule 3: events hold what is private: the files are for their owner alone.
"""

from __future__ import annotations

import errno
import fcntl
import os
from contextlib import contextmanager
from time import monotonic, sleep
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

A_TURN_TAKES = 1.0
"""Seconds at most that one waits for another to be done."""
LOOK_AGAIN = 0.001
OWNER_ALONE = 0o600


class FileIsFull(OSError):
    """There is no room for the record, and no file behind this one may be given up for it."""


class RecordFile(NamedTuple):
    """Where it is, how large it may be (0: as large as it gets), how many older ones are kept."""

    path: Path
    max_bytes: int = 0
    backups: int = 0

    @property
    def aside(self) -> Path:
        """Where it is while it is sent."""
        return self.path.with_name(f"{self.path.name}.sending")

    def append(self, record: bytes) -> None:
        """Write a record at the end. Raises ``OSError``; then nothing of it is there."""
        with self.locked():
            self._make_room(len(record))
            file = os.open(self.path, os.O_RDWR | os.O_APPEND | os.O_CREAT, OWNER_ALONE)
            try:
                write_whole(file, _parting(file, record) + record)
            finally:
                os.close(file)

    def take(self) -> Path:
        """Set aside what is there, so that it can be read while others go on writing."""
        with self.locked():
            if not self.aside.exists():  # else somebody was stopped amid sending it
                self.path.rename(self.aside)
        return self.aside

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Have the file to oneself. Raises ``TimeoutError`` (an ``OSError``) if it is not to be had."""
        beside = self.path.with_name(f"{self.path.name}.lock")
        lock = os.open(beside, os.O_RDWR | os.O_CREAT, OWNER_ALONE)
        try:
            _await_turn(lock, beside)
            yield
        finally:
            # Said aloud, since a child forked meanwhile has the file open as well.
            fcntl.flock(lock, fcntl.LOCK_UN)
            os.close(lock)

    def _make_room(self, size: int) -> None:
        held = self.path.stat().st_size if self.path.exists() else 0
        if not self.max_bytes or held + size + 2 <= self.max_bytes:
            return
        if not self.backups or size + 2 > self.max_bytes:
            raise FileIsFull(errno.EFBIG, f"no room for {size} bytes more", str(self.path))
        for number in range(self.backups, 1, -1):
            if (younger := self._older(number - 1)).exists():
                younger.replace(self._older(number))
        self.path.replace(self._older(1))

    def _older(self, number: int) -> Path:
        return self.path.with_name(f"{self.path.name}.{number}")


def _await_turn(lock: int, beside: Path) -> None:
    deadline = monotonic() + A_TURN_TAKES
    while not _has_turn(lock):
        if monotonic() >= deadline:
            raise TimeoutError(errno.ETIMEDOUT, "another has it", str(beside))
        sleep(LOOK_AGAIN)


def _has_turn(lock: int) -> bool:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _parting(file: int, record: bytes) -> bytes:
    """What parts a record from the end of a file that somebody was killed amid writing."""
    size = os.fstat(file).st_size
    ending = b"\n\n" if record.endswith(b"\n\n") else b"\n"
    is_whole = size == 0 or os.pread(file, len(ending), max(0, size - len(ending))) == ending
    return b"" if is_whole else b"\n\n"


def write_whole(file: int, data: bytes) -> None:
    """Write all of it or nothing, as far as the file is ours."""
    before = os.fstat(file).st_size
    try:
        if os.write(file, data) < len(data):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    except OSError:
        os.ftruncate(file, before)
        raise
