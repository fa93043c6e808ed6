"""Just enough of HTTP/1.1 for a test server (RFC 9112): requests in, heads and bodies out.

It is lenient where the standard is strict: a test looks at what came, and judges itself.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import socket
    from collections.abc import Iterable

CHUNK = 65536
END_OF_HEAD = b"\r\n\r\n"


class Disconnected(OSError):
    """The client closed the connection."""


class Headers(Mapping[str, str]):
    """Header fields in order, looked up in any case; repeated ones are joined by a comma."""

    def __init__(self, fields: Iterable[tuple[str, str]] = ()) -> None:
        self.fields = tuple(fields)

    def __getitem__(self, name: str) -> str:
        values = self.get_all(name)
        if not values:
            raise KeyError(name)
        return ", ".join(values)

    def __iter__(self) -> Iterator[str]:
        return iter(dict.fromkeys(name for name, _ in self.fields))

    def __len__(self) -> int:
        return len(set(iter(self)))

    def __repr__(self) -> str:
        return f"Headers({list(self.fields)!r})"

    def get_all(self, name: str) -> list[str]:
        """Every value of a field, in order."""
        return [value for key, value in self.fields if key.lower() == name.lower()]


@dataclass(frozen=True)
class Head:
    """The first line and the header fields of a request."""

    method: str
    target: str
    headers: Headers
    version: str = "HTTP/1.1"

    def __bytes__(self) -> bytes:
        lines = [f"{self.method} {self.target} {self.version}"]
        lines += [f"{name}: {value}" for name, value in self.headers.fields]
        return "\r\n".join(lines).encode("latin-1") + END_OF_HEAD


class Wire:
    """A socket, read through a buffer. Raises ``OSError`` when the client goes away."""

    def __init__(self, connection: socket.socket) -> None:
        self.socket = connection
        self.unread = bytearray()

    def wait_for_a_byte(self) -> bool:
        """Whether another request begins; False if the client is gone."""
        return bool(self.unread) or self._fill()

    def read_head(self) -> Head:
        """The head of the next request."""
        text = self._read_through(END_OF_HEAD).decode("latin-1")
        first, *lines = text.rstrip("\r\n").split("\r\n")
        method, target, version = first.split(" ", 2)
        fields = (line.partition(":") for line in lines)
        return Head(method, target, Headers((n.strip(), v.strip()) for n, _, v in fields), version)

    def read_body(self, headers: Headers) -> bytes:
        """The body that belongs to a head: chunked, of a known length, or none."""
        if "chunked" in headers.get("Transfer-Encoding", "").lower():
            return b"".join(self._read_chunks())
        return self.read(int(headers.get("Content-Length", "0")))

    def read(self, count: int) -> bytes:
        """Exactly ``count`` bytes."""
        while len(self.unread) < count:
            self._need_more()
        return self._take(count)

    def _read_chunks(self) -> Iterator[bytes]:
        while size := int(self._read_through(b"\r\n").split(b";")[0], 16):
            yield self.read(size + 2)[:-2]
        while self._read_through(b"\r\n") != b"\r\n":
            pass

    def _read_through(self, mark: bytes) -> bytes:
        while (found := self.unread.find(mark)) < 0:
            self._need_more()
        return self._take(found + len(mark))

    def _take(self, count: int) -> bytes:
        taken = bytes(self.unread[:count])
        del self.unread[:count]
        return taken

    def _need_more(self) -> None:
        if not self._fill():
            raise Disconnected("the connection ended in the middle of a request")

    def _fill(self) -> bool:
        data = self.socket.recv(CHUNK)
        self.unread += data
        return bool(data)


def response_head(status: int, fields: Iterable[tuple[str, str]]) -> bytes:
    """The head of a response. An unknown status has no phrase (RFC 9112, section 4)."""
    known = {each.value: each.phrase for each in HTTPStatus}
    lines = [f"HTTP/1.1 {status} {known.get(status, '')}"]
    lines += [f"{name}: {value}" for name, value in fields]
    return "\r\n".join(lines).encode("latin-1") + END_OF_HEAD
