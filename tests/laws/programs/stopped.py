"""A program that is stopped with Ctrl-C while it waits for the server: ``stopped.py DSN``."""

from __future__ import annotations

import sys

import rookery

rookery.init(sys.argv[1], transport="sync", timeout=60)
try:
    rookery.capture_message("the server keeps this one")
except KeyboardInterrupt:
    sys.stdout.write("stopped; ")
rookery.capture_message("and answers this one")
books = rookery.get_client().transport.stats  # type: ignore[union-attr]  # there is a DSN
sys.stdout.write(f"{books.delivered} delivered, {dict(books.dropped)}")
