"""Taking money through the bank that a card belongs to."""

from __future__ import annotations

import logging
import socket

logger = logging.getLogger(__name__)

PATIENCE = 2.0


class PaymentFailed(Exception):
    """The bank did not take the payment."""


def charge(gateway: tuple[str, int], amount: int) -> None:
    """Have the bank take so many pence; raises PaymentFailed."""
    logger.info("charging %.2f", amount / 100)
    try:
        authorise(gateway, {"amount": amount, "currency": "GBP"})
    except OSError as error:
        raise PaymentFailed(f"the bank cannot be reached: {error.strerror}") from error


def authorise(gateway: tuple[str, int], request: dict[str, object]) -> None:
    """Ask the bank, which says nothing if it agrees."""
    with socket.create_connection(gateway, PATIENCE) as connection:
        connection.sendall(repr(request).encode())
