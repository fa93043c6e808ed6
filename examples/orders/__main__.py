"""``python -m orders [--transport NAME] [--run LABEL] {serve,close-books}``; the DSN: SENTRY_DSN."""

from __future__ import annotations

import argparse
import logging
import socket

import rookery
from orders.catalogue import Line, Order
from orders.service import OrderService
from orders.stock import Shelf

LOOPBACK = "127.0.0.1"


def main() -> None:
    arguments = parse()
    logging.basicConfig(level=logging.INFO, format="%(name)s: %(message)s")
    start_reporting(arguments.transport, arguments.run)
    service = OrderService(Shelf(assam=40, earl_grey=40, sencha=12, teapot=6))
    {"serve": serve, "close-books": OrderService.close_books}[arguments.job](service)


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="orders")
    parser.add_argument("--transport", help="the name of a transport (default: as the DSN says)")
    parser.add_argument("--run", default="by hand", help="a label for the events")
    parser.add_argument("job", choices=["serve", "close-books"])
    return parser.parse_args()


def start_reporting(transport: str | None, run: str) -> None:
    """Tag every event with the run that it belongs to, and the transport that carries it."""
    rookery.init(transport=transport, release="orders@1.4.2", environment="demo")
    carrier = rookery.get_client().transport
    rookery.set_tag("run", run)
    rookery.set_tag("transport", type(carrier).__name__)


def serve(service: OrderService) -> None:
    """A bank that answers, and one at whose door nobody listens."""
    with socket.create_server((LOOPBACK, 0)) as bank, socket.socket() as closed:
        closed.bind((LOOPBACK, 0))
        good, bad = bank.getsockname(), closed.getsockname()
        service.serve(
            [
                Order(1001, "Ada", (Line("assam", 2), Line("teapot", 1)), good),
                Order(1002, "Grace", (Line("earl grey", 12),), bad),
                Order(1003, "Edsger", (Line("sencha", 10),), good),
            ]
        )


if __name__ == "__main__":
    main()
