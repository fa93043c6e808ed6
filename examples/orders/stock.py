"""What is on the shelf."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from orders.catalogue import Line

logger = logging.getLogger(__name__)

REORDER_AT = 5


class Shelf:
    """How much there is of each article."""

    def __init__(self, **counts: int) -> None:
        self.counts = {name.replace("_", " "): count for name, count in counts.items()}

    def take(self, line: Line) -> None:
        """Take what was sold; too little left is an error that somebody must see to."""
        self.counts[line.article] -= line.quantity
        left = self.counts[line.article]
        logger.info("took %d of %s, %d left", line.quantity, line.article, left)
        if left < REORDER_AT:
            logger.error("stock of %s is down to %d, reorder at %d", line.article, left, REORDER_AT)
