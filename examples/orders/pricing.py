"""What an order costs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from orders.catalogue import PRICES

if TYPE_CHECKING:
    from orders.catalogue import Line, Order

MANY = 10
DISCOUNT = 0.1


def total(order: Order) -> int:
    """Pence."""
    return sum(line_total(line) for line in order.lines)


def line_total(line: Line) -> int:
    """Pence; ten or more of a thing are cheaper."""
    full = PRICES[line.article] * line.quantity
    return round(full * (1 - DISCOUNT)) if line.quantity >= MANY else full


def average(totals: list[int]) -> float:
    """Pence."""
    return sum(totals) / len(totals)
