"""A server on the loopback that accepts everything, and prints its DSN.

    python benchmarks/sink.py [SECONDS]

Each answer takes so many seconds.
"""

from __future__ import annotations

import sys
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Accepting(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = 2**16  # one segment for each answer
    latency = 0.0

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        time.sleep(self.latency)
        self.send_response(200)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"{}")

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # the base class's name
        """A quiet server."""


class Sink(ThreadingHTTPServer):
    daemon_threads = True

    @property
    def dsn(self) -> str:
        return f"http://key@127.0.0.1:{self.server_port}/1"


if __name__ == "__main__":
    Accepting.latency = float(sys.argv[1]) if len(sys.argv) > 1 else 0.0
    sink = Sink(("127.0.0.1", 0), Accepting)
    print(sink.dsn, flush=True)
    sink.serve_forever()
