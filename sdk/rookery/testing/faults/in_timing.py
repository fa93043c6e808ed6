"""Transports that count their tries, or their seconds, in a way of their own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rookery.testing.faults.plant import Fault, Plant, ignoring, settling
from rookery.transport.contract import Timeouts

if TYPE_CHECKING:
    from rookery.transport.settings import Settings

LONG = 3600.0


def with_retries(**fields: Any) -> Plant:
    """These fields of ``retries`` always, whatever was asked for."""
    return settling(lambda settings: {"retries": settings.retries._replace(**fields)})


def with_timeout(**fields: Any) -> Plant:
    """These parts of ``timeout`` always, whatever was asked for."""
    return settling(lambda settings: {"timeout": settings.timeout._replace(**fields)})


def connecting_bounds_all(settings: Settings) -> dict[str, Any]:
    connect = settings.timeout.connect
    return {"timeout": Timeouts(connect, connect, connect)}


def none_is_no_time_at_all(settings: Settings) -> dict[str, Any]:
    parts = settings.timeout._asdict()
    return {"timeout": Timeouts(**{n: v or 1e-6 for n, v in parts.items() if n != "total"})}


FAULTS = (
    Fault(
        "takes no time-out for no time",
        settling(none_is_no_time_at_all),
        ("without_a_time_out_an_answer_is_waited_for",),
    ),
    Fault(
        "waits for ever for a connection",
        with_timeout(connect=None),
        ("a_port_that_takes_nobody_costs_the_connect_time_out",),
    ),
    Fault(
        "waits for ever for a handshake",
        with_timeout(connect=None),
        (
            "a_handshake_that_never_ends_costs_the_connect_time_out",
            "a_tunnel_that_never_opens_costs_the_connect_time_out",
        ),
        "https",
    ),
    Fault(
        "waits for ever for an answer",
        with_timeout(read=None),
        ("a_server_that_stalls_costs_the_read_time_out",),
    ),
    Fault(
        "bounds the answer by the connect time-out",
        settling(connecting_bounds_all),
        ("the_connect_time_out_does_not_bound_the_answer",),
    ),
    Fault(
        "knows no total time-out",
        with_timeout(total=None),
        ("a_total_bounds_connecting_and_reading",),
    ),
    Fault(
        "counts no more than the total",
        with_retries(connect=None, read=None, status=None),
        (
            "without_a_total_its_parts_decide",
            "a_connection_that_fails_is_taken_from_connect",
            "an_answer_that_breaks_off_is_taken_from_read",
            "a_listed_status_is_taken_from_status",
        ),
    ),
    Fault(
        "does not give strangers up",
        with_retries(other=None),
        ("a_server_that_is_not_trusted_is_taken_from_other",),
        "https",
    ),
    Fault("ignores the total", with_retries(total=None), ("the_total_ends_the_tries",)),
    Fault(
        "repeats every request",
        with_retries(retries_post=True),
        ("a_post_that_may_not_be_repeated_is_not",),
    ),
    Fault("never pauses", with_retries(backoff_factor=0.0), ("the_pause_grows_with_its_factor",)),
    Fault(
        "pauses without a bound",
        with_retries(backoff_max=LONG),
        ("a_pause_is_no_longer_than_its_bound",),
    ),
    Fault(
        "disregards Retry-After",
        with_retries(respect_retry_after_header=False),
        ("a_retry_after_is_waited_for",),
    ),
    Fault(
        "respects Retry-After always",
        with_retries(respect_retry_after_header=True),
        ("a_retry_after_may_be_disregarded",),
    ),
    Fault(
        "takes its time at the end",
        ignoring(shutdown_timeout=LONG),
        ("the_end_of_a_program_has_one_deadline",),
    ),
)
