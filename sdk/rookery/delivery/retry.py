"""Whether an envelope is tried again, and when; the rules are those of urllib3's ``Retry``.

Rule 1: a policy is immutable. :meth:`RetryPolicy.spend` returns the next one, or None.
Rule 2: ``total`` goes down with every try, and the count of its kind beside it; the first of
        them to pass zero ends the tries. None is no limit.
Rule 3: the first retry comes at once, the n-th after ``backoff_factor * 2 ** (n - 1)`` seconds.

Redirects are never followed (protocol: delivery, result table), so ``redirect`` is never spent.
"""

from __future__ import annotations

from typing import Any, Literal, NamedTuple

Kind = Literal["connect", "read", "other", "status"]

REPEATS_THE_POST: frozenset[Kind] = frozenset({"read", "status"})
"""Kinds in which the server may have had the request already."""


class RetryPolicy(NamedTuple):
    """The tries that are left, and the pauses between them (seconds)."""

    total: int | None = 3
    connect: int | None = None
    read: int | None = None
    other: int | None = None
    status: int | None = None
    redirect: int | None = None
    backoff_factor: float = 0.0
    backoff_max: float = 120.0
    backoff_jitter: float = 0.0
    status_forcelist: frozenset[int] = frozenset()
    respect_retry_after_header: bool = True
    retry_after_max: float = 6 * 60 * 60
    """The longest wish of a server that is granted."""
    retries_post: bool = True
    """Whether a request that the server may have had is sent again. An envelope may be: its event
    id lets the server recognise it."""
    tried: int = 0
    """Tries spent so far."""

    def spend(self, kind: Kind) -> RetryPolicy | None:
        """The policy after one more try of this kind; None when there is none left."""
        if kind in REPEATS_THE_POST and not self.retries_post:
            return None
        left: dict[str, Any] = {"total": less_one(self.total), kind: less_one(getattr(self, kind))}
        if any(count is not None and count < 0 for count in left.values()):
            return None
        return self._replace(tried=self.tried + 1, **left)

    def delay(self, chance: float, retry_after: float | None = None) -> float:
        """Seconds to wait before the try that :meth:`spend` just granted.

        ``chance`` in [0, 1) places the jitter. ``retry_after`` is the server's wish, if it had one.
        """
        if retry_after is not None and self.respect_retry_after_header:
            return max(0.0, min(self.retry_after_max, retry_after))
        if self.tried <= 1:
            return 0.0
        pause = self.backoff_factor * 2.0 ** min(self.tried - 1, 64)
        return max(0.0, min(self.backoff_max, pause + chance * self.backoff_jitter))


def less_one(count: int | None) -> int | None:
    """One less; no limit stays no limit."""
    return None if count is None else count - 1
