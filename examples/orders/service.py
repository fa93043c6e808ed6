"""Taking orders and closing the books."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

import rookery
from orders.payments import PaymentFailed, charge
from orders.pricing import average, total

if TYPE_CHECKING:
    from orders.catalogue import Order
    from orders.stock import Shelf

logger = logging.getLogger(__name__)


class OrderRejected(Exception):
    """An order that cannot be filled."""


class OrderService:
    """Takes orders, one after the other; one that fails does not stop the next."""

    def __init__(self, shelf: Shelf) -> None:
        self.shelf = shelf
        self.taken: list[int] = []

    def serve(self, orders: list[Order]) -> None:
        """Take each order, and report those that fail."""
        for order in orders:
            try:
                self.place(order)
            except OrderRejected:  # noqa: PERF203 - one bad order does not stop the next
                rookery.capture_exception()

    def place(self, order: Order) -> None:
        """Take one order; raises OrderRejected."""
        amount = total(order)
        logger.info("order %d of %s: %.2f", order.number, order.customer, amount / 100)
        self.settle(order, amount)
        for line in order.lines:
            self.shelf.take(line)
        self.taken.append(amount)

    def settle(self, order: Order, amount: int) -> None:
        """Have an order paid; raises OrderRejected."""
        try:
            charge(order.gateway, amount)
        except PaymentFailed as error:
            raise OrderRejected(f"order {order.number} was not paid") from error

    def close_books(self) -> None:
        """Tell what the orders of the day were worth."""
        logger.info("%d orders, %.2f on average", len(self.taken), average(self.taken) / 100)
