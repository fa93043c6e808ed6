"""Puts orders in the queue of the shop's worker: ``celery_orders.py HOW_MANY``."""

from __future__ import annotations

import sys

from celery_shop import order  # type: ignore[import-not-found]  # its neighbour, run from here

for number in range(int(sys.argv[1])):
    order.delay(number)
