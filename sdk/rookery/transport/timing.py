"""Time-outs and retries as users write them, urllib3's own objects included.

urllib3 is not imported: its ``Timeout`` and ``Retry`` (1.26 and 2) are known by their attributes,
so that a copy of urllib3 inside another package serves as well.
"""

from __future__ import annotations

from typing import Any

from rookery.delivery.retry import RetryPolicy
from rookery.transport.contract import Timeouts
from rookery.transport.conversions import DAY, FALSE, NONE, to_float, to_int
from rookery.transport.declare import Kind

MOST_RETRIES = 1000
NO_RETRIES = (FALSE | NONE) - {"0"}


def timeouts() -> Kind:
    """:class:`Timeouts`, of a number, a pair, ``urllib3.Timeout``, None, or text of these."""
    return Kind(
        f"seconds above 0 and at most {DAY:.0f}, a pair (connect, read) of them, a urllib3.Timeout,"
        " or None to wait for ever (as text: '2', '2,5', 'none')",
        to_timeouts,
        takes_none=True,
    )


def to_timeouts(given: Any) -> Timeouts:
    if isinstance(given, Timeouts):
        return Timeouts(*map(patience, (given.connect, given.read, given.total)))
    if hasattr(given, "_connect") and hasattr(given, "_read"):
        return _of_urllib3_timeout(given)
    parts = given.split(",") if isinstance(given, str) else given
    if not isinstance(parts, (tuple, list)):
        parts = (parts,)
    connect, read = parts if len(parts) == 2 else (*parts, *parts)
    return Timeouts(patience(connect), patience(read))


def patience(given: Any) -> float | None:
    """Seconds above 0, or None for ever."""
    if given is None or (isinstance(given, str) and given.strip().lower() in NONE):
        return None
    if not 0 < (number := to_float(given)) <= DAY:
        raise ValueError
    return number


def _of_urllib3_timeout(given: Any) -> Timeouts:
    """A part that was not set is ours by default, or left to ``total`` where that is set."""
    total = _part(given.total, None)
    unset = Timeouts() if total is None else Timeouts(None, None)
    connect, read = vars(given)["_connect"], vars(given)["_read"]
    return Timeouts(_part(connect, unset.connect), _part(read, unset.read), total)


def _part(given: Any, unset: float | None) -> float | None:
    """urllib3's mark for "not set" is neither a number nor None, and differs by version."""
    is_set = given is None or isinstance(given, (int, float))
    return patience(given) if is_set else unset


def retries() -> Kind:
    """:class:`RetryPolicy`, of a number, False, ``urllib3.Retry``, or text of the first two."""
    return Kind(
        f"a whole number from 0 to {MOST_RETRIES}, False for none, or a urllib3.Retry"
        " (as text: '3', 'none')",
        to_retries,
    )


def to_retries(given: Any) -> RetryPolicy:
    if isinstance(given, RetryPolicy):
        return given
    if hasattr(given, "status_forcelist") and hasattr(given, "backoff_factor"):
        return _of_urllib3_retry(given)
    if given is False or (isinstance(given, str) and given.strip().lower() in NO_RETRIES):
        return RetryPolicy(total=0)
    if not 0 <= (total := to_int(given)) <= MOST_RETRIES:
        raise ValueError
    return plain_retries(total)


def plain_retries(total: int) -> RetryPolicy:
    """A plain number of retries: after 0, 1, 2, 4 ... 30 seconds, each with up to 0.25 s more."""
    return RetryPolicy(total, backoff_factor=0.5, backoff_max=30.0, backoff_jitter=0.25)


def _of_urllib3_retry(given: Any) -> RetryPolicy:
    """Field by field. urllib3 1.26 has the longest back-off as a class attribute, and no jitter."""
    longest = getattr(given, "backoff_max", None) or getattr(given, "DEFAULT_BACKOFF_MAX", 120)
    return RetryPolicy(
        total=_count(given.total),
        connect=_count(given.connect),
        read=_count(given.read),
        other=_count(getattr(given, "other", None)),
        status=_count(given.status),
        redirect=_count(given.redirect),
        backoff_factor=to_float(given.backoff_factor),
        backoff_max=to_float(longest),
        backoff_jitter=to_float(getattr(given, "backoff_jitter", 0)),
        status_forcelist=frozenset(to_int(status) for status in given.status_forcelist or ()),
        respect_retry_after_header=bool(given.respect_retry_after_header),
        retry_after_max=to_float(getattr(given, "retry_after_max", RetryPolicy().retry_after_max)),
        retries_post=_allows_post(given),
    )


def _count(given: Any) -> int | None:
    """urllib3 says False for "raise at once", which without redirects is no retry."""
    if given is None or given is False:
        return given if given is None else 0
    if (count := to_int(given)) < 0:
        raise ValueError
    return count


def _allows_post(given: Any) -> bool:
    """urllib3's default set lacks POST for fear of repeating it; an event id makes that harmless."""
    methods = given.allowed_methods
    is_default = methods == getattr(type(given), "DEFAULT_ALLOWED_METHODS", None)
    return is_default or not methods or "POST" in {str(method).upper() for method in methods}
