"""The verdict on each outcome."""

from __future__ import annotations

import pytest

from rookery.delivery.actions import Answered, Outcome
from rookery.delivery.retry import RetryPolicy
from rookery.delivery.verdicts import judge, retried_as
from tests.delivery.samples import BROKEN, REFUSED, RESET, UNTRUSTED


@pytest.mark.parametrize("status", [200, 201, 204, 299])
def test_every_2xx_is_a_delivery(status: int) -> None:
    assert judge(Answered(status)).reason is None


@pytest.mark.parametrize("status", [100, 301, 307, 400, 401, 403, 404, 413, 500, 503, 599, 700])
def test_every_other_answer_is_a_send_error(status: int) -> None:
    assert judge(Answered(status)) == ("send_error", True)


def test_a_429_is_not_reported_since_the_server_counts_it() -> None:
    assert judge(Answered(429)) == ("rate_limited", False)


@pytest.mark.parametrize("outcome", [REFUSED, RESET, UNTRUSTED])
def test_no_answer_is_a_network_error(outcome: Outcome) -> None:
    assert judge(outcome) == ("network_error", True)


def test_a_broken_sender_is_our_own_error_and_is_not_tried_again() -> None:
    assert judge(BROKEN) == ("internal_sdk_error", True)
    assert retried_as(BROKEN, RetryPolicy()) is None


@pytest.mark.parametrize("status", [429, 500, 503])
def test_no_status_is_retried_unless_the_user_lists_it(status: int) -> None:
    answer = Answered(status, {"Retry-After": "1"})

    assert retried_as(answer, RetryPolicy()) is None
    assert retried_as(answer, RetryPolicy(status_forcelist=frozenset({status}))) == "status"
