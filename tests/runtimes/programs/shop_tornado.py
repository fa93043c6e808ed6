"""A shop on Tornado whose orders fail: several processes that share one socket."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import sys

from tornado.httpserver import HTTPServer
from tornado.process import fork_processes
from tornado.web import Application, RequestHandler

import rookery
from rookery.integrations.logging import ignore_logger

PROCESSES = 2
EXITS = {signal.SIGTERM: 0, signal.SIGHUP: 1}


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


class Welcome(RequestHandler):
    def get(self) -> None:
        self.write(f"welcome by {os.getpid()}")


async def serve(listener: socket.socket) -> int:
    """Serve until asked to end; then let what is pending go, while the loop still runs.

    The exit code: after SIGHUP that of an error, which has Tornado fork another process.
    """
    over: asyncio.Future[int] = asyncio.get_running_loop().create_future()
    for number, code in EXITS.items():
        asyncio.get_running_loop().add_signal_handler(number, over.set_result, code)
    server = HTTPServer(Application([(r"/", Welcome), (r"/order/(\d+)", Order)]))
    server.add_socket(listener)
    code = await over
    server.stop()
    await rookery.flush_async()
    return code


def main(descriptor: str) -> None:
    rookery.init()  # before the fork, as programs do
    ignore_logger("tornado.access")  # it says of each 500 that there was one
    listener = socket.socket(fileno=int(descriptor))
    listener.setblocking(False)
    fork_processes(PROCESSES)
    sys.exit(asyncio.run(serve(listener)))


if __name__ == "__main__":
    main(*sys.argv[1:])
