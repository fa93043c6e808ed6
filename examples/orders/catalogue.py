"""What is sold, in pence."""

from __future__ import annotations

from dataclasses import dataclass

PRICES = {"assam": 450, "earl grey": 520, "sencha": 690, "teapot": 2600}


@dataclass(frozen=True)
class Line:
    """So many of one thing."""

    article: str
    quantity: int


@dataclass(frozen=True)
class Order:
    """What a customer wants. ``gateway``: host and port of the bank that the card belongs to."""

    number: int
    customer: str
    lines: tuple[Line, ...]
    gateway: tuple[str, int]
