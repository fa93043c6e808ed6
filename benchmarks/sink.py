"""A server on the loopback that accepts everything, and prints its DSN.

    python benchmarks/sink.py [SECONDS]

Each answer takes so many seconds. A request is read no further than to its end: what is measured is
the client, and the standard library's server takes as long for a request as a client does.
"""

from __future__ import annotations

import re
import socket
import sys
import time
from socketserver import BaseRequestHandler, ThreadingTCPServer

ANSWER = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}"
LENGTH = re.compile(rb"(?i)\r\ncontent-length: *(\d+)")
MOST = 2**16


class Accepting(BaseRequestHandler):
    """One connection: whole requests in, an answer to each."""

    latency = 0.0

    def handle(self) -> None:
        self.request.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        unread = b""
        while data := self.request.recv(MOST):
            unread += data
            while (end := whole(unread)) is not None:
                unread = unread[end:]
                self.answer()

    def answer(self) -> None:
        if self.latency:
            time.sleep(self.latency)
        self.request.sendall(ANSWER)


def whole(unread: bytes) -> int | None:
    """Where the first request ends, once all of it is there (RFC 9112, section 6.2)."""
    head = unread.find(b"\r\n\r\n")
    if head < 0:
        return None
    length = LENGTH.search(unread, 0, head)
    end = head + 4 + (int(length[1]) if length else 0)
    return end if len(unread) >= end else None


class Sink(ThreadingTCPServer):
    daemon_threads = True
    request_queue_size = 128

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that is gone, maybe in the middle of a request, is nobody's trouble."""

    @property
    def dsn(self) -> str:
        return f"http://key@127.0.0.1:{self.server_address[1]}/1"


if __name__ == "__main__":
    Accepting.latency = float(sys.argv[1]) if len(sys.argv) > 1 else 0.0
    sink = Sink(("127.0.0.1", 0), Accepting)
    print(sink.dsn, flush=True)
    sink.serve_forever()
