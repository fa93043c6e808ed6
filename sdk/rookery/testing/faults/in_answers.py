"""Transports that hear something else than what was answered."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rookery.delivery.actions import Answered, Failed
from rookery.delivery.ratelimits import RateLimits
from rookery.testing.faults.plant import Fault, hearing, overriding

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from rookery.delivery.actions import Outcome
    from rookery.transport.contract import Setup

LIMITS = "X-Sentry-Rate-Limits"


def with_limits(change: Callable[[str], str]) -> Callable[[Outcome], Outcome]:
    """Rate limits that are read as something else."""

    def hear(outcome: Outcome) -> Outcome:
        if isinstance(outcome, Failed):
            return outcome
        headers = {n: change(v) if n == LIMITS else v for n, v in outcome.headers.items()}
        return outcome._replace(headers=headers)

    return hear


def with_status(table: Mapping[int, int]) -> Callable[[Outcome], Outcome]:
    """A status that is taken for another."""

    def hear(outcome: Outcome) -> Outcome:
        if isinstance(outcome, Failed):
            return outcome
        return outcome._replace(status=table.get(outcome.status, outcome.status))

    return hear


def one_spelling(outcome: Outcome) -> Outcome:
    if isinstance(outcome, Failed):
        return outcome
    return outcome._replace(headers={n: v for n, v in outcome.headers.items() if n == LIMITS})


class Overwriting(RateLimits):
    """Limits of which the last one counts, not the longest."""

    __slots__ = ()

    def learn(self, status: int, headers: Mapping[str, str], now: float) -> RateLimits:
        latest = RateLimits().learn(status, headers, now)
        return Overwriting({**self.deadlines, **latest.deadlines})


def begin_overwriting(good: Any, self: Any, setup: Setup) -> None:
    good.__init__(self, setup)
    self.desk.delivery.limits = Overwriting()


FAULTS = (
    Fault(
        "takes a failure for an answer",
        hearing(lambda outcome: Answered(200) if isinstance(outcome, Failed) else outcome),
        (
            "a_retry_has_an_end_and_is_one_loss",
            "a_port_that_refuses_is_a_failure",
            "a_server_that_says_nothing_is_a_failure",
            "an_answer_that_is_no_http_is_a_failure",
            "a_new_connection_is_not_replaced_silently",
            "a_proxy_that_is_away_is_a_failure",
        ),
    ),
    Fault(
        "takes a 204 for a failure", hearing(with_status({204: 500})), ("each_2xx_is_a_delivery",)
    ),
    Fault(
        "takes a refusal for a delivery",
        hearing(with_status({400: 200, 307: 200})),
        (
            "a_refusal_is_final",
            "a_redirection_is_not_followed",
            "a_report_is_in_no_books",
            "a_loss_is_told_once",
        ),
    ),
    Fault(
        "takes a 429 for any other refusal",
        hearing(with_status({429: 400})),
        ("a_bare_429_closes_every_category", "what_the_server_limits_is_not_told"),
    ),
    Fault(
        "hears no limit",
        hearing(with_limits(lambda _: "")),
        (
            "each_spelling_of_a_limit_pauses",
            "one_category_leaves_the_others_open",
            "limited_items_leave_their_envelope",
            "a_limit_holds_for_what_is_queued",
        ),
    ),
    Fault("knows one spelling", hearing(one_spelling), ("each_spelling_of_a_limit_pauses",)),
    Fault(
        "takes each limit for one on everything",
        hearing(with_limits(lambda _: "60::key")),
        (
            "what_limits_nothing_pauses_nothing",
            "one_category_leaves_the_others_open",
            "limited_items_leave_their_envelope",
        ),
    ),
    Fault(
        "prolongs each limit",
        hearing(with_limits(lambda limits: f"9{limits}")),
        ("a_limit_ends",),
    ),
    Fault(
        "goes by the last limit",
        overriding(__init__=begin_overwriting),
        ("a_shorter_limit_shortens_nothing",),
    ),
)
