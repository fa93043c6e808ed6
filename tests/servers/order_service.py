"""A program that fails. Run with a DSN and a transport, it reports and then dies of the same."""

from __future__ import annotations

import sys

import rookery


class PaymentRefused(Exception):
    pass


def look_up_card(customer: str) -> str:
    cards = {"ada": "4111"}
    return cards[customer]


def charge(customer: str, cents: int) -> None:
    try:
        look_up_card(customer)
    except KeyError as error:
        raise PaymentRefused(f"no card for {customer}, {cents} cents are due") from error


def main(dsn: str, transport: str) -> None:
    rookery.init(dsn, transport=transport, release="orders@1.2.3", environment="testing")
    charge("grace", 995)


if __name__ == "__main__":
    main(*sys.argv[1:])
