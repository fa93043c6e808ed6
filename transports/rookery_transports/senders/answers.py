"""Answers, read by a deadline.

Rule 1: the read time-out bounds the whole answer, not each byte of one that drips.
Rule 2: what a head says is read as http.client reads it. That of an answer to one of our own
        requests is read without :mod:`email`, which takes twice the time of all the rest of an
        exchange; bodies are http.client's.

Source: RFC 9112, sections 4 to 6 and 9.
"""

from __future__ import annotations

import io
from http.client import HTTPException, HTTPResponse, LineTooLong
from time import monotonic
from typing import TYPE_CHECKING, Any

from rookery_transports.senders.fields import is_last, joined, length_of, status_of

if TYPE_CHECKING:
    import socket
    from collections.abc import Iterator, Mapping

LONGEST_LINE, MOST_FIELDS = 65_536, 100
"""As in http.client."""
CONTINUE = 100


class PunctualReader(io.RawIOBase):
    """A socket's file that must be read to its end by a deadline."""

    def __init__(self, sock: socket.socket, raw: io.RawIOBase, timeout: float) -> None:
        super().__init__()
        self.sock = sock
        self.raw = raw
        self.deadline = monotonic() + timeout

    def readable(self) -> bool:
        """It is."""
        return True

    def readinto(self, buffer: Any) -> int | None:
        """Read what there is, within what is left of the time."""
        left = self.deadline - monotonic()
        if left <= 0:
            raise TimeoutError("the answer took too long")
        self.sock.settimeout(left)
        return self.raw.readinto(buffer)

    def close(self) -> None:
        """Close the socket's file with this one."""
        self.raw.close()
        super().close()


class PunctualResponse(HTTPResponse):
    """An answer that takes no longer than the socket's time-out as a whole."""

    def __init__(self, sock: socket.socket, *args: Any, **kwargs: Any) -> None:
        super().__init__(sock, *args, **kwargs)
        timeout = sock.gettimeout()
        if timeout is not None:
            raw = self.fp.detach()
            self.fp = io.BufferedReader(PunctualReader(sock, raw, timeout))


class PlainResponse(PunctualResponse):
    """An answer whose head is read into a mapping, by names in small letters."""

    fields: Mapping[str, str]

    def begin(self) -> None:
        """Read the head."""
        self.status = CONTINUE
        while self.status == CONTINUE:
            self.version, self.status, self.reason = status_of(self._line())
            self.fields = joined(self._fields())
        self.code = self.status
        self.chunked = self.fields.get("transfer-encoding", "").lower() == "chunked"
        self.chunk_left = None
        self.length = None if self.chunked else length_of(self.status, self.fields)
        is_endless = self.length is None and not self.chunked
        self.will_close = is_endless or is_last(self.version, self.fields)

    def _line(self) -> str:
        line = self.fp.readline(LONGEST_LINE + 1)
        if len(line) > LONGEST_LINE:
            raise LineTooLong("line of a head")
        return line.decode("latin-1")

    def _fields(self) -> Iterator[str]:
        """Fields, each in one line: in the obsolete form it goes on in the next (section 5.2)."""
        held = ""
        for _ in range(MOST_FIELDS + 1):
            line = self._line()
            if line[:1] in (" ", "\t"):
                held += f" {line.strip()}"
                continue
            if held:
                yield held
            held = line.strip()
            if not held:
                return
        raise HTTPException(f"got more than {MOST_FIELDS} headers")
