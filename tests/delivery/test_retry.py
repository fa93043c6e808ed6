"""Retries follow urllib3's ``Retry``, which is asked itself where it can be."""

from __future__ import annotations

import pytest
import urllib3
from hypothesis import given
from hypothesis import strategies as st

from rookery.delivery.retry import Kind, RetryPolicy

COUNTS = st.none() | st.integers(0, 4)
KINDS: tuple[Kind, ...] = ("connect", "read", "status", "other")


def spend_all(policy: RetryPolicy, kinds: list[Kind]) -> int:
    """How many tries these failures are granted."""
    granted = 0
    for kind in kinds:
        left = policy.spend(kind)
        if left is None:
            break
        policy, granted = left, granted + 1
    return granted


def urllib3_grants(retry: urllib3.Retry, kinds: list[Kind]) -> int:
    """How many tries urllib3 itself grants these failures."""
    pool = urllib3.HTTPConnectionPool("localhost")
    errors: dict[Kind, Exception | None] = {
        "connect": urllib3.exceptions.ConnectTimeoutError(),
        "read": urllib3.exceptions.ProtocolError(),
        "other": urllib3.exceptions.SSLError(),
        "status": None,
    }
    granted = 0
    for kind in kinds:
        response = urllib3.HTTPResponse(status=503) if kind == "status" else None
        try:
            retry = retry.increment("POST", "/", response, errors[kind], pool)
        except urllib3.exceptions.HTTPError:
            break
        granted += 1
    return granted


@given(COUNTS, COUNTS, COUNTS, COUNTS, COUNTS, st.lists(st.sampled_from(KINDS), max_size=8))
def test_the_counts_grant_what_urllib3_grants(
    total: int | None,
    connect: int | None,
    read: int | None,
    status: int | None,
    other: int | None,
    kinds: list[Kind],
) -> None:
    counts = {
        "total": total, "connect": connect, "read": read, "status": status, "other": other
    }  # fmt: skip
    ours = RetryPolicy(**counts)  # type: ignore[arg-type]  # the names are those of the fields
    theirs = urllib3.Retry(**counts, allowed_methods=None)  # type: ignore[arg-type]  # as above

    assert spend_all(ours, kinds) == urllib3_grants(theirs, kinds)


@given(st.floats(0, 10), st.integers(0, 12))
def test_the_back_off_is_that_of_urllib3(factor: float, tries: int) -> None:
    policy = RetryPolicy(total=None, backoff_factor=factor)
    retry = urllib3.Retry(total=None, backoff_factor=factor, allowed_methods=None)
    pool = urllib3.HTTPConnectionPool("localhost")
    for _ in range(tries):
        policy = policy.spend("connect") or policy
        retry = retry.increment("POST", "/", None, urllib3.exceptions.ConnectTimeoutError(), pool)

    assert policy.delay(0.0) == pytest.approx(retry.get_backoff_time())


def test_the_jitter_is_placed_by_chance() -> None:
    policy = RetryPolicy(backoff_factor=1.0, backoff_jitter=4.0, tried=2)

    assert [policy.delay(chance) for chance in (0.0, 0.5)] == [2.0, 4.0]


def test_the_back_off_never_exceeds_its_limit() -> None:
    policy = RetryPolicy(backoff_factor=1.0, backoff_max=7.0, backoff_jitter=9.0, tried=5000)

    assert policy.delay(0.99) == 7.0


def test_the_wish_of_the_server_replaces_the_back_off() -> None:
    assert RetryPolicy(backoff_factor=9.0, tried=3).delay(0.0, retry_after=2.5) == 2.5


def test_no_wish_of_the_server_beyond_the_limit_is_granted() -> None:
    assert RetryPolicy(retry_after_max=60.0, tried=1).delay(0.0, retry_after=9999.0) == 60.0


def test_the_wish_of_the_server_can_be_declined() -> None:
    policy = RetryPolicy(respect_retry_after_header=False, tried=1)

    assert policy.delay(0.0, retry_after=2.5) == 0.0


@pytest.mark.parametrize(("kind", "granted"), [("connect", True), ("read", False)])
def test_without_repeated_posts_only_what_never_left_is_tried_again(
    kind: Kind, granted: bool
) -> None:
    assert (RetryPolicy(retries_post=False).spend(kind) is not None) is granted
