"""Whether the server can be reached.

Rule 1: a server that cannot be reached pauses everything, not only the envelope that found out.
Rule 2: during the pause the envelope that found out goes on by its own retry policy; each further
        one waits for the pause, which doubles until anything at all is answered. So a server that
        is away for a minute costs an envelope or two, not the whole queue.
Rule 3: one probe at a time, whatever the concurrency.
"""

from __future__ import annotations

FIRST_PAUSE = 0.5
LONGEST_PAUSE = 30.0


class Link:
    """The way to the server: up, or down until an answer proves otherwise."""

    __slots__ = ("failures", "pauses", "resumes_at")

    def __init__(self, *, pauses: bool) -> None:
        self.pauses = pauses
        """False where the caller itself waits for the sending: then each envelope has its try."""
        self.failures = 0
        self.resumes_at = float("-inf")

    @property
    def is_down(self) -> bool:
        """Whether the last attempt did not reach the server."""
        return self.failures > 0

    def reached(self) -> None:
        """The server answered something."""
        self.failures = 0
        self.resumes_at = float("-inf")

    def missed(self, now: float) -> None:
        """The server could not be reached at ``now``."""
        if self.pauses:
            pause = FIRST_PAUSE * 2.0 ** min(self.failures, 16)
            self.failures += 1
            self.resumes_at = now + min(LONGEST_PAUSE, pause)
