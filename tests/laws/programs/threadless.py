"""A program in which no thread can start: ``threadless.py DSN HOW``.

``HOW`` is ``flush``, or ``exit`` to leave everything to the end of the program.
"""

from __future__ import annotations

import sys
import threading

import rookery

dsn, how = sys.argv[1:]
rookery.init(dsn, transport="threaded")
threading.stack_size(2**46)  # more than there are addresses for
try:
    threading.Thread(target=print).start()
except RuntimeError:
    sys.stdout.write("no thread starts")
for number in range(5):
    rookery.capture_message(f"event {number}")
sys.exit(not rookery.flush(10.0) if how == "flush" else 0)
