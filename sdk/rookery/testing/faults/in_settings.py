"""Transports that do not do as they are told."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rookery.delivery.retry import RetryPolicy
from rookery.testing.faults.plant import Fault, ignoring, settling
from rookery.testing.server import PUBLIC_KEY
from rookery.transport.contract import Timeouts

if TYPE_CHECKING:
    from rookery.envelope import Envelope
    from rookery.transport.settings import Settings


class Escaped(BaseException):
    """What is no ``Exception``, and so escapes those who catch these."""


def retrying_more(settings: Settings) -> dict[str, Any]:
    return {"retries": settings.retries._replace(total=(settings.retries.total or 0) + 1)}


def announcing_twice(settings: Settings) -> dict[str, Any]:
    on_drop = settings.on_drop or (lambda *_: None)

    def twice(envelope: Envelope, reason: str) -> None:
        on_drop(envelope, reason)
        on_drop(envelope, reason)

    return {"on_drop": twice}


def announcing_unguarded(settings: Settings) -> dict[str, Any]:
    on_drop = settings.on_drop or (lambda *_: None)

    def escape(envelope: Envelope, reason: str) -> None:
        try:
            on_drop(envelope, reason)
        except Exception as error:
            raise Escaped from error

    return {"on_drop": escape}


def trusting_itself(_: Settings) -> dict[str, Any]:
    from rookery.testing import certificates

    return {"ca_certs": certificates.ca_certs()}


def showing_a_certificate(_: Settings) -> dict[str, Any]:
    from rookery.testing import certificates

    return vars(certificates.client_pair())


SERVER_ERRORS = frozenset(range(500, 600))
FAULTS = (
    Fault("ignores maxsize", ignoring(maxsize=0), ("a_full_queue_refuses", "a_caller_never_waits")),
    Fault("has one place only", ignoring(maxsize=1), ("a_queue_that_was_full_takes_again",)),
    Fault("ignores maxbytes", ignoring(maxbytes=0), ("a_queue_is_bounded_in_bytes",)),
    Fault(
        "drops the newest always",
        ignoring(overflow="drop_newest"),
        ("the_oldest_may_make_room",),
    ),
    Fault(
        "never retries",
        ignoring(retries=RetryPolicy(total=0)),
        ("a_reset_is_retried", "a_port_that_refuses_is_a_failure"),
    ),
    Fault(
        "retries once too often",
        settling(retrying_more),
        ("a_retry_has_an_end_and_is_one_loss", "a_new_connection_is_not_replaced_silently"),
    ),
    Fault(
        "retries what the server refused",
        settling(lambda s: {"retries": s.retries._replace(status_forcelist=SERVER_ERRORS)}),
        ("a_refusal_is_final",),
    ),
    Fault(
        "ignores the forcelist",
        settling(lambda s: {"retries": s.retries._replace(status_forcelist=frozenset())}),
        ("a_status_in_the_forcelist_is_retried",),
    ),
    Fault(
        "waits for ever",
        ignoring(timeout=Timeouts(None, None)),
        (
            "a_server_that_says_nothing_is_a_failure",
            "headers_that_never_end_are_a_failure",
            "a_body_that_never_ends_holds_nothing_up",
        ),
    ),
    Fault(
        "sends one at a time",
        ignoring(concurrency=1),
        ("so_many_requests_are_in_flight_and_no_more", "callers_share_the_places"),
    ),
    Fault(
        "sends one more at a time",
        settling(lambda s: {"concurrency": s.concurrency + 1}),
        ("so_many_requests_are_in_flight_and_no_more", "callers_share_the_places"),
    ),
    Fault(
        "keeps every connection",
        ignoring(keep_alive=True),
        ("without_keep_alive_each_request_has_its_connection",),
    ),
    Fault(
        "keeps no connection",
        ignoring(keep_alive=False),
        ("keep_alive_uses_a_connection_again",),
    ),
    Fault("compresses nothing", ignoring(compression="none"), ("every_codec_compresses",)),
    Fault(
        "compresses as hard always",
        ignoring(compression_level=None),
        ("a_level_says_how_hard",),
    ),
    Fault(
        "leaves its sockets as they are",
        ignoring(socket_options=()),
        ("socket_options_are_set",),
    ),
    Fault("compresses always", ignoring(compression="gzip"), ("every_codec_compresses",)),
    Fault(
        "goes past its proxy",
        ignoring(http_proxy=None, https_proxy=None),
        (
            "a_proxy_is_asked",
            "a_proxy_that_refuses_is_a_failure",
            "a_proxy_that_is_away_is_a_failure",
            "a_proxy_is_reached_over_tls",
            "a_proxy_that_is_not_trusted_is_a_failure",
            "a_proxy_of_socks_4_is_asked",
            "a_socks_proxy_is_asked",
            "a_socks_proxy_that_refuses_is_a_failure",
        ),
    ),
    Fault("asks its proxy always", ignoring(no_proxy=()), ("no_proxy_leaves_a_proxy_out",)),
    Fault(
        "tells its proxy the key",
        ignoring(proxy_headers={"X-Sentry-Auth": f"Sentry sentry_key={PUBLIC_KEY}"}),
        ("a_proxy_sees_nothing_of_what_it_hands_on",),
        "https",
    ),
    Fault(
        "keeps the proxy's headers to itself",
        ignoring(proxy_headers={}),
        ("a_proxy_is_told_who_asks",),
    ),
    Fault(
        "verifies nobody",
        ignoring(verify_ssl=False),
        (
            "a_bad_certificate_is_refused",
            "an_authority_that_nobody_named_is_not_trusted",
            "a_proxy_that_is_not_trusted_is_a_failure",
        ),
        "https",
    ),
    Fault(
        "verifies everybody",
        ignoring(verify_ssl=True),
        ("verification_can_be_switched_off",),
        "https",
    ),
    Fault(
        "trusts an authority of its own",
        settling(trusting_itself),
        ("an_authority_that_nobody_named_is_not_trusted", "ca_certs_says_who_is_trusted"),
        "https",
    ),
    Fault(
        "hides its certificate",
        ignoring(cert_file=None, key_file=None),
        ("a_client_shows_its_certificate",),
        "https",
    ),
    Fault(
        "shows its certificate to anybody",
        settling(showing_a_certificate),
        ("a_client_without_a_certificate_is_turned_away",),
        "https",
    ),
    Fault(
        "ignores the program's context",
        ignoring(ssl_context=None),
        ("a_context_of_the_programs_own_stands", "a_context_may_carry_a_certificate"),
        "https",
    ),
    Fault(
        "reports nothing",
        ignoring(send_client_reports=False),
        (
            "a_loss_is_told_when_flushed",
            "a_loss_is_told_once",
            "a_loss_before_the_transport_is_told",
        ),
    ),
    Fault("reports always", ignoring(send_client_reports=True), ("reports_can_be_switched_off",)),
    Fault(
        "announces nothing",
        ignoring(on_drop=None),
        (
            "a_loss_is_announced_once",
            "a_refusal_is_announced_too",
            "a_loss_without_a_server_is_announced",
            "on_drop_may_use_the_transport",
        ),
    ),
    Fault("announces twice", settling(announcing_twice), ("a_loss_is_announced_once",)),
    Fault(
        "lets out what on_drop raises",
        settling(announcing_unguarded),
        ("what_on_drop_raises_goes_nowhere",),
    ),
)
