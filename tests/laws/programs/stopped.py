"""A program that is stopped with Ctrl-C while it waits for the server: ``stopped.py DSN [TRANSPORT]``.

Prints what became of its two events, of a tee in the books of each target.
"""

from __future__ import annotations

import sys

import rookery

dsn, transport = [*sys.argv[1:], "sync"][:2]
rookery.init(dsn, transport=transport, timeout=60)
try:
    rookery.capture_message("the server keeps this one")
except KeyboardInterrupt:
    sys.stdout.write("stopped; ")
rookery.capture_message("and answers this one")
reporting = rookery.get_client().transport
assert reporting is not None, "there is a DSN"
ledgers = [each.stats for each in getattr(reporting, "targets", (reporting,))]
sys.stdout.write("; ".join(f"{each.delivered} delivered, {dict(each.dropped)}" for each in ledgers))
