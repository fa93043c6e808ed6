"""libcurl's sockets, which it opens and closes by itself."""

from __future__ import annotations

import os
import socket
from contextlib import suppress
from typing import TYPE_CHECKING

import pycurl

if TYPE_CHECKING:
    from collections.abc import Iterator


class Sockets:
    """Those that were opened. Whether one is open still is seen by its inode (``fstat(2)``)."""

    def __init__(self) -> None:
        self._inodes: dict[int, int] = {}

    def note(self, descriptor: int, _: int) -> int:
        """One is opened; see ``CURLOPT_SOCKOPTFUNCTION``."""
        self._inodes[descriptor] = os.fstat(descriptor).st_ino
        return int(pycurl.SOCKOPT_OK)

    def open(self) -> Iterator[int]:
        """The descriptors of those that are open."""
        for descriptor, inode in list(self._inodes.items()):
            with suppress(OSError):  # closed, and the number is not in use
                if os.fstat(descriptor).st_ino == inode:
                    yield descriptor

    def cut(self, port: int | None = None) -> None:
        """End the connection from this port, or each: libcurl finds that out."""
        for descriptor in self.open():
            with socket.socket(fileno=os.dup(descriptor)) as same, suppress(OSError):
                if port in (None, same.getsockname()[1]):
                    same.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        """Close them without a word."""
        for descriptor in self.open():
            os.close(descriptor)
        self._inodes.clear()
