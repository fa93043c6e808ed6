"""``urllib3.Timeout`` and ``urllib3.Retry`` are taken as they are."""

from __future__ import annotations

import warnings
from importlib.metadata import version
from typing import Any

import pytest
import urllib3

from rookery.errors import BadOption
from rookery.transport import RetryPolicy, Timeouts
from tests.plug.plugs import settings

DEFAULT = Timeouts()
IS_OLD = version("urllib3").startswith("1.")


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (urllib3.Timeout(connect=2.0, read=3.0), Timeouts(2, 3)),
        (urllib3.Timeout(connect=2.0), Timeouts(2, DEFAULT.read)),
        (urllib3.Timeout(read=2.0), Timeouts(DEFAULT.connect, 2)),
        (urllib3.Timeout(), DEFAULT),
        (urllib3.Timeout(connect=None, read=None), Timeouts(None, None)),
        (urllib3.Timeout(connect=1, read=2, total=2.5), Timeouts(1, 2, 2.5)),
        (urllib3.Timeout(total=9), Timeouts(None, None, 9)),
        (urllib3.Timeout(total=9, connect=1), Timeouts(1, None, 9)),
    ],
)
def test_a_timeout_keeps_what_is_set_and_has_ours_for_the_rest(
    given: urllib3.Timeout, expected: Timeouts
) -> None:
    assert settings(timeout=given).timeout == expected


def test_a_timeout_that_is_in_use_is_read_all_the_same() -> None:
    given = urllib3.Timeout(connect=1, total=5)
    given.start_connect()

    assert settings(timeout=given).timeout == Timeouts(1, None, 5)


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"total": 3, "connect": 1, "read": 2, "redirect": 4}, (3, 1, 2, 4, None)),
        ({}, (10, None, None, None, None)),
        ({"total": None, "connect": 5}, (None, 5, None, None, None)),
        ({"total": False}, (0, None, None, 0, None)),
        ({"total": 2, "redirect": False}, (2, None, None, 0, None)),
        ({"total": 2, "status": 1}, (2, None, None, None, 1)),
    ],
)
def test_the_counts_of_a_retry_hold(given: dict[str, Any], expected: tuple[Any, ...]) -> None:
    made = settings(retries=urllib3.Retry(**given)).retries

    assert (made.total, made.connect, made.read, made.redirect, made.status) == expected


def test_the_count_of_other_failures_holds() -> None:
    assert settings(retries=urllib3.Retry(3, other=1)).retries.other == 1


def test_the_pauses_and_statuses_of_a_retry_hold() -> None:
    given = urllib3.Retry(
        3, backoff_factor=0.1, status_forcelist=[502, 503], respect_retry_after_header=False
    )

    assert settings(retries=given).retries == RetryPolicy(
        total=3,
        backoff_factor=0.1,
        backoff_max=120.0,
        status_forcelist=frozenset({502, 503}),
        respect_retry_after_header=False,
    )


@pytest.mark.skipif(IS_OLD, reason="urllib3 1.26 knows no jitter")
def test_the_jitter_and_the_longest_pause_of_a_retry_hold() -> None:
    given = urllib3.Retry(3, backoff_max=7, backoff_jitter=0.3)

    made = settings(retries=given).retries

    assert (made.backoff_max, made.backoff_jitter) == (7, 0.3)


@pytest.mark.skipif(
    not hasattr(urllib3.Retry, "DEFAULT_RETRY_AFTER_MAX"), reason="this urllib3 grants any wish"
)
def test_the_longest_wish_that_a_retry_grants_holds() -> None:
    assert settings(retries=urllib3.Retry(3, retry_after_max=60)).retries.retry_after_max == 60


def test_no_status_is_retried_unless_the_user_lists_it() -> None:
    assert settings(retries=urllib3.Retry(3)).retries.status_forcelist == frozenset()


@pytest.mark.parametrize(
    ("methods", "retries_post"),
    [
        (urllib3.Retry.DEFAULT_ALLOWED_METHODS, True),
        (None, True),
        (["POST"], True),
        ({"GET", "post"}, True),
        ({"GET"}, False),
        (frozenset({"GET", "HEAD"}), False),
    ],
)
def test_the_methods_of_a_retry_say_whether_a_post_is_repeated(
    methods: Any, retries_post: bool
) -> None:
    given = urllib3.Retry(3, allowed_methods=methods)

    assert settings(retries=given).retries.retries_post is retries_post


def test_a_retry_from_another_copy_of_urllib3_is_known_by_its_attributes() -> None:
    given = pytest.importorskip("pip._vendor.urllib3", reason="pip brings a copy").Retry(4, read=2)

    made = settings(retries=given).retries

    assert (made.total, made.read) == (4, 2)


def test_no_warning_is_caused_by_reading_a_retry() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        settings(retries=urllib3.Retry(3))


def test_a_retry_below_zero_is_refused() -> None:
    with pytest.raises(BadOption, match=r"retries"):
        settings(retries=urllib3.Retry(-1))


def test_a_retry_that_was_used_up_in_part_has_what_is_left() -> None:
    used = urllib3.Retry(3, connect=2).increment("POST", "/", error=urllib3.exceptions.HTTPError())

    assert settings(retries=used).retries.total == 2


def test_a_policy_of_ours_is_taken_as_it_is() -> None:
    policy = RetryPolicy(total=2, retries_post=False)

    assert settings(retries=policy).retries is policy
