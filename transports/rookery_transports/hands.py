"""The threads that send for a desk at this moment."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


class Hands(set[int]):
    """Their ids. None of them ever waits for its desk: it would wait for itself."""

    @contextmanager
    def joined(self) -> Iterator[None]:
        """The calling thread is one of them, as it may have been before: it interrupted itself."""
        me = threading.get_ident()
        is_first = me not in self
        try:
            self.add(me)
            yield
        finally:
            if is_first:
                self.discard(me)

    def are_others(self) -> bool:
        """Whether there are any, and the calling thread is none of them: it may wait for them."""
        return bool(self) and threading.get_ident() not in self
