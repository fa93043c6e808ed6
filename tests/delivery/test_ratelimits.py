"""Rate limits as the protocol writes them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rookery.delivery.headers import http_date, retry_after
from rookery.delivery.ratelimits import ALL, RateLimits, parse

NAME = "X-Sentry-Rate-Limits"


@pytest.mark.parametrize(
    ("text", "limits"),
    [
        ("60:error", [(60.0, {"error"})]),
        ("2.5:error;transaction:project:reason", [(2.5, {"error", "transaction"})]),
        (
            " 45 : span ; session : key , 9::organization ",
            [(45.0, {"span", "session"}), (9, {ALL})],
        ),
        ("60:a_category_to_come:key", [(60.0, set())]),
        ("60:error;a_category_to_come", [(60.0, {"error"})]),
        ("soon:error, 5:session", [(5.0, {"session"})]),
        ("60, 7:error", [(7.0, {"error"})]),
        ("-5:error, 1e3:error, inf:error, :error", []),
        ("60:internal", [(60.0, set())]),
        ("60:metric_bucket:key:reason:custom", [(60.0, set())]),
        ("60:metric_bucket:key:reason", [(60.0, {"metric_bucket"})]),
        ("60:error:key:reason:ns:and:more", [(60.0, {"error"})]),
        ("", []),
    ],
)
def test_each_spelling_of_the_header_is_read(
    text: str, limits: list[tuple[float, set[str]]]
) -> None:
    assert [(quota.seconds, set(quota.categories)) for quota in parse(text)] == limits


@given(st.text())
def test_no_header_breaks_the_reading(text: str) -> None:
    RateLimits().learn(200, {NAME: text}, now=0.0)


@pytest.mark.parametrize("name", [NAME, NAME.lower(), NAME.upper()])
@pytest.mark.parametrize("status", [200, 429, 500])
def test_the_header_counts_whatever_its_case_and_the_status(name: str, status: int) -> None:
    limits = RateLimits().learn(status, {name: "10:error"}, now=100.0)

    assert limits.is_limited("error", 109.9)
    assert not limits.is_limited("error", 110.0)
    assert not limits.is_limited("session", 100.0)


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, 60),
        ({"Retry-After": "30"}, 30),
        ({"retry-after": "1.5"}, 1.5),
        ({"Retry-After": "tomorrow"}, 60),
        ({"Retry-After": "-5"}, 60),
        (
            {
                "Retry-After": "Sun, 06 Nov 1994 08:50:37 GMT",
                "Date": "Sun, 06 Nov 1994 08:49:37 GMT",
            },
            60,
        ),
        (
            {
                "Retry-After": "Sun, 06 Nov 1994 08:49:57 GMT",
                "Date": "Sun, 06 Nov 1994 08:49:37 GMT",
            },
            20,
        ),
    ],
)
def test_a_429_without_the_header_limits_everything(
    headers: dict[str, str], seconds: float
) -> None:
    limits = RateLimits().learn(429, headers, now=0.0)

    for category in ("error", "session", "a_category_to_come", "internal"):
        assert limits.is_limited(category, seconds - 0.1)
        assert not limits.is_limited(category, seconds)


def test_other_statuses_limit_nothing_by_retry_after() -> None:
    assert not RateLimits().learn(503, {"Retry-After": "30"}, now=0.0).is_limited("error", 0.0)


def test_with_the_header_a_429_limits_only_what_it_names() -> None:
    limits = RateLimits().learn(429, {NAME: "10:session", "Retry-After": "99"}, now=0.0)

    assert not limits.is_limited("error", 0.0)


def test_a_shorter_limit_never_shortens_a_longer_one() -> None:
    limits = RateLimits().learn(200, {NAME: "100:error"}, 0.0).learn(200, {NAME: "1:error"}, 5.0)

    assert limits.is_limited("error", 99.0)


def test_a_limit_on_all_covers_client_reports() -> None:
    assert RateLimits().learn(200, {NAME: "10::key"}, now=0.0).is_limited("internal", 1.0)


def test_the_longer_of_two_limits_on_a_category_counts() -> None:
    limits = RateLimits().learn(200, {NAME: "10:error, 50::key"}, now=0.0)

    assert limits.is_limited("error", 49.0)


@pytest.mark.parametrize(
    "text",
    [
        "Sunday, 06-Nov-94 08:49:37 GMT",
        "Sun, 31 Feb 1994 08:49:37 GMT",
        "Sun, 06 Xyz 1994 08:49:37 GMT",
        "Sun, 06 Nov 0000 08:49:37 GMT",
        "",
    ],
)
def test_a_date_that_is_none_is_not_taken_for_one(text: str) -> None:
    assert http_date(text) is None


def test_a_date_without_the_date_of_the_answer_says_nothing() -> None:
    assert retry_after({"Retry-After": "Sun, 06 Nov 1994 08:49:37 GMT"}) is None
