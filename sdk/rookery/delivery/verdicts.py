"""What becomes of an envelope after an attempt: two tables (protocol: delivery, result table).

No HTTP status is retried of our own accord; a user's ``status_forcelist`` is obeyed. After a 413
a smaller envelope goes once in the place of the one that was refused.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from rookery.delivery.actions import Answered, Failure

if TYPE_CHECKING:
    from rookery.delivery.actions import Outcome
    from rookery.delivery.retry import Kind, RetryPolicy


class Verdict(NamedTuple):
    """The end of an envelope that is not tried again."""

    reason: str | None
    """Why it is dropped; None: it is delivered."""
    is_reported: bool = True
    """Whether a client report tells the server (protocol: client reports)."""


DELIVERED = Verdict(None)
RATE_LIMITED = Verdict("rate_limited", is_reported=False)  # the server counts what it limits
REFUSED_BY_SERVER = Verdict("send_error")
OUT_OF_REACH = Verdict("network_error")
SENDER_BROKEN = Verdict("internal_sdk_error")

BY_STATUS: dict[int, Verdict] = {429: RATE_LIMITED}
BY_CLASS: dict[int, Verdict] = {2: DELIVERED}
BY_FAILURE: dict[Failure, Verdict] = {
    Failure.CONNECT: OUT_OF_REACH,
    Failure.READ: OUT_OF_REACH,
    Failure.OTHER: OUT_OF_REACH,
    Failure.BROKEN: SENDER_BROKEN,
}
RETRIED_AS: dict[Failure, Kind] = {
    Failure.CONNECT: "connect",
    Failure.READ: "read",
    Failure.OTHER: "other",
}
SHRINKS = frozenset((413,))
"""Statuses that say that the envelope was too large: less of it may be welcome."""
UNREACHABLE = frozenset((Failure.CONNECT, Failure.OTHER))
"""Failures that say something about the server, not about the one request."""


def judge(outcome: Outcome) -> Verdict:
    """The verdict on an attempt, if there is no other."""
    if isinstance(outcome, Answered):
        final = BY_CLASS.get(outcome.status // 100, REFUSED_BY_SERVER)
        return BY_STATUS.get(outcome.status, final)
    return BY_FAILURE[outcome.failure]


def retried_as(outcome: Outcome, policy: RetryPolicy) -> Kind | None:
    """The count that another try is taken from; None if this outcome allows no other."""
    if isinstance(outcome, Answered):
        return "status" if outcome.status in policy.status_forcelist else None
    return RETRIED_AS.get(outcome.failure)


def is_too_large(outcome: Outcome) -> bool:
    """Whether less of the envelope is worth another request."""
    return isinstance(outcome, Answered) and outcome.status in SHRINKS


def is_unreachable(outcome: Outcome) -> bool:
    """Whether the server could not be reached at all."""
    return not isinstance(outcome, Answered) and outcome.failure in UNREACHABLE
