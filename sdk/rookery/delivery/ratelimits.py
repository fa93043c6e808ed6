"""The server's limits: which categories must not be sent before when (protocol: rate limits).

Rule 1: ``X-Sentry-Rate-Limits`` counts on every response; without it a 429 limits everything.
Rule 2: a later deadline is never shortened by an earlier one.
Rule 3: what cannot be read is skipped, quota by quota. A quota that names only categories nobody
        knows limits nothing; it must not be taken for "all".
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from rookery.delivery.headers import header, retry_after, seconds

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

ALL = ""
"""The slot of a limit on every category; the wire writes it as an empty list."""
UNSAID = 60.0
"""Seconds of a 429 that does not say how long (protocol: rate limits, required behaviour)."""
TOO_MANY_REQUESTS = 429
CATEGORIES = frozenset(
    """default error transaction transaction_indexed span security attachment attachment_item
    session profile profile_chunk profile_duration replay monitor feedback log_item log_byte
    trace_metric trace_metric_byte metric_bucket""".split()
)
"""What a quota may name. ``internal``, the category of client reports, is only limited by "all"."""


class Quota(NamedTuple):
    """One entry of the header: seconds from now, and the categories that it closes."""

    seconds: float
    categories: frozenset[str]


def parse(text: str) -> Iterator[Quota]:
    """The readable quotas of an ``X-Sentry-Rate-Limits`` header, in order."""
    for entry in "".join(text.split()).split(","):
        wait, *fields = entry.split(":")
        length = seconds(wait)
        if length is not None and fields:
            yield Quota(length, categories(fields))


def categories(fields: list[str]) -> frozenset[str]:
    """The categories of a quota. A limit on some metric namespaces only is not one on metrics."""
    names = fields[0].split(";")
    if names == [ALL]:
        return frozenset((ALL,))
    some_namespaces = len(fields) > 3 and fields[3] != ""
    return CATEGORIES.intersection(names) - ({"metric_bucket"} if some_namespaces else set())


class RateLimits:
    """The deadlines learnt so far. Immutable: :meth:`learn` returns what is known afterwards."""

    __slots__ = ("deadlines",)

    def __init__(self, deadlines: Mapping[str, float] | None = None) -> None:
        self.deadlines: Mapping[str, float] = deadlines or {}

    def learn(self, status: int, headers: Mapping[str, str], now: float) -> RateLimits:
        """The limits after a response with this status and these headers, received at ``now``."""
        later = dict(self.deadlines)
        for quota in quotas(status, headers):
            for category in quota.categories:
                later[category] = max(now + quota.seconds, later.get(category, now))
        return RateLimits(later) if later != self.deadlines else self

    def is_limited(self, category: str, now: float) -> bool:
        """Whether an item of this category must not be sent at ``now``."""
        if not self.deadlines:
            return False
        return now < max(self.deadlines.get(ALL, now), self.deadlines.get(category, now))


def quotas(status: int, headers: Mapping[str, str]) -> Iterator[Quota]:
    """What a response limits."""
    text = header(headers, "x-sentry-rate-limits")
    if text is not None:
        yield from parse(text)
    elif status == TOO_MANY_REQUESTS:
        length = retry_after(headers)
        yield Quota(UNSAID if length is None else length, frozenset((ALL,)))
