"""A shop on Tornado whose orders fail: several processes that share one socket."""

from __future__ import annotations

import asyncio
import signal
import socket
import sys

from tornado.httpserver import HTTPServer
from tornado.process import fork_processes
from tornado.web import Application, RequestHandler

import rookery
from rookery.integrations.logging import ignore_logger

PROCESSES = 2


class Order(RequestHandler):
    async def get(self, number: str) -> None:
        await asyncio.sleep(0)
        try:
            raise LookupError(number)
        except LookupError:
            rookery.capture_exception()
            raise

    def log_exception(self, *_: object) -> None:
        """Told already."""


async def serve(listener: socket.socket) -> None:
    """Serve until asked to end; then let what is pending go, while the loop still runs."""
    over = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, over.set)
    server = HTTPServer(Application([(r"/order/(\d+)", Order)]))
    server.add_socket(listener)
    await over.wait()
    server.stop()
    await rookery.flush_async()


def main(descriptor: str) -> None:
    rookery.init()  # before the fork, as programs do
    ignore_logger("tornado.access")  # it says of each 500 that there was one
    listener = socket.socket(fileno=int(descriptor))
    listener.setblocking(False)
    fork_processes(PROCESSES, max_restarts=0)
    asyncio.run(serve(listener))


if __name__ == "__main__":
    main(*sys.argv[1:])
