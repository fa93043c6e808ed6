"""A program whose every log record becomes an event: ``noisy.py DSN TRANSPORT EVENTS``.

Prints how many events were offered to the transport.
"""

from __future__ import annotations

import logging
import sys
import warnings

import rookery

dsn, transport, events = *sys.argv[1:3], int(sys.argv[3])


class Everything(logging.Handler):
    """Reports each record."""

    def emit(self, record: logging.LogRecord) -> None:
        rookery.capture_message(self.format(record))


logging.basicConfig(level=logging.DEBUG, handlers=[Everything()])
logging.captureWarnings(True)
warnings.simplefilter("always")
rookery.init(dsn, transport=transport, timeout=0.2, retries=1, verify_ssl=False, debug=True)
for number in range(events):
    logging.getLogger("orders").warning("order %d failed", number)
rookery.flush(10.0)
books = rookery.get_client().transport.stats  # type: ignore[union-attr]  # there is a DSN
sys.stdout.write(f"{books.offered}")
