"""A server that does not answer, or answers no."""

from __future__ import annotations

from typing import TYPE_CHECKING

from urllib3.util import Retry

from rookery.testing.answers import redirect
from rookery.testing.conformance.check import check
from rookery.testing.server import RefusingServer

if TYPE_CHECKING:
    from rookery.testing.answers import Step
    from rookery.testing.conformance.rig import Rig
    from rookery.transport.contract import Transport

SHORT = 0.2
"""Seconds of a time-out that has to pass."""
NETWORK_ERROR = {("network_error", "error"): 1}
SEND_ERROR = {("send_error", "error"): 1}
REFUSALS = (400, 401, 403, 404, 410, 413, 418, 500, 501, 502, 503, 504, 599)
REDIRECTIONS = (301, 302, 303, 307, 308)


def assert_lost(rig: Rig, transport: Transport, losses: dict[tuple[str, str], int]) -> None:
    """One event was offered, and it is lost for one reason, counted once."""
    rig.submit(transport, 1)
    rig.settle(transport)
    assert rig.losses(transport) == losses, f"not {losses}: {transport.stats}"
    assert transport.stats.delivered == 0, str(transport.stats)


def tries(rig: Rig) -> int:
    """How often the event arrived; a client report is none."""
    return rig.numbers().count(1)


@check("http", settings="retries")
def a_reset_is_retried(rig: Rig) -> None:
    """A request that is reset is sent again, and is no loss if that succeeds."""
    transport = rig.build(retries=Retry(total=2))
    rig.server.script("reset", "reset")
    rig.submit(transport, 1)
    rig.settle(transport)
    assert tries(rig) == 3, f"sent {tries(rig)} times"
    assert transport.stats.delivered == 1, str(transport.stats)
    assert rig.losses(transport) == {}, str(transport.stats)


@check("http", settings="retries")
def a_retry_has_an_end_and_is_one_loss(rig: Rig) -> None:
    """A request that is reset each time is given up after its retries, and is one loss."""
    transport = rig.build(retries=Retry(total=2))
    rig.server.script("reset", "reset", "reset")
    assert_lost(rig, transport, NETWORK_ERROR)
    assert tries(rig) == 3, f"sent {tries(rig)} times"


@check("http", settings="retries")
def a_port_that_refuses_is_a_failure(rig: Rig) -> None:
    """Where nobody listens, an event is tried as often as it may be, and is one loss."""
    nobody = rig.open(RefusingServer(rig.scheme))
    transport = rig.build(nobody.dsn, retries=Retry(total=2), send_client_reports=False)
    assert_lost(rig, transport, NETWORK_ERROR)
    assert transport.stats.attempts == 3, str(transport.stats)


@check("http", settings="timeout retries")
def a_server_that_says_nothing_is_a_failure(rig: Rig) -> None:
    """A server that accepts and never answers costs its time-out, and the event is one loss."""
    transport = rig.build(timeout=SHORT, retries=False)
    rig.server.script("stall")
    assert_lost(rig, transport, NETWORK_ERROR)


@check("http", settings="timeout retries")
def headers_that_never_end_are_a_failure(rig: Rig) -> None:
    """The read time-out bounds the whole answer, not each byte of its headers."""
    transport = rig.build(timeout=SHORT, retries=False)
    rig.server.script("slow headers")
    rig.in_time(lambda: assert_lost(rig, transport, NETWORK_ERROR), "sending")


@check("http", settings="timeout retries")
def a_body_that_never_ends_holds_nothing_up(rig: Rig) -> None:
    """An answer whose body never ends is left behind when the read time-out is over."""
    transport = rig.build(timeout=SHORT, retries=False)
    rig.server.script("slow body")
    rig.in_time(lambda: rig.submit(transport, 1, 2), "submit")
    rig.settle(transport)
    assert rig.numbers() == [1, 2], str(rig.numbers())
    assert transport.stats.delivered >= 1, str(transport.stats)


@check("http", settings="retries")
def an_answer_that_is_no_http_is_a_failure(rig: Rig) -> None:
    """What is no HTTP answer, or no whole one, is a failure of the network."""
    for mishap in ("garbage", "no answer"):
        rig.serve()
        transport = rig.build(retries=False)
        rig.server.script(mishap)
        assert_lost(rig, transport, NETWORK_ERROR)


@check("http")
def a_refusal_is_final(rig: Rig) -> None:
    """A 4xx or 5xx is final: one request, one loss, whatever ``Retry-After`` says."""
    for status in REFUSALS:
        _assert_final(rig, (status, {"Retry-After": "0"}))


@check("http")
def a_redirection_is_not_followed(rig: Rig) -> None:
    """A redirection is a refusal; the key is not carried to wherever it points."""
    for status in REDIRECTIONS:
        elsewhere = rig.server
        rig.serve()
        before = len(elsewhere.requests)
        _assert_final(rig, redirect(f"{elsewhere.url}/api/1/envelope/", status))
        assert len(elsewhere.requests) == before, f"a {status} was followed"


def _assert_final(rig: Rig, step: Step) -> None:
    before = tries(rig)
    transport = rig.build()
    rig.server.script(step)
    assert_lost(rig, transport, SEND_ERROR)
    assert tries(rig) == before + 1, f"after {step}: sent {tries(rig) - before} times"


@check("http")
def each_2xx_is_a_delivery(rig: Rig) -> None:
    """Each 2xx is a delivery, with and without a body."""
    transport = rig.build()
    rig.server.script(200, 201, 202, (204, {"Content-Length": "0"}, b""))
    rig.submit(transport, *range(4))
    rig.settle(transport)
    assert transport.stats.delivered == 4, str(transport.stats)


@check("http", settings="retries")
def a_status_in_the_forcelist_is_retried(rig: Rig) -> None:
    """A status in the user's ``status_forcelist`` is tried again, as ``Retry-After`` says."""
    transport = rig.build(retries=Retry(total=2, backoff_factor=60, status_forcelist=[503]))
    rig.server.script(*[(503, {"Retry-After": "0"})] * 2)
    rig.submit(transport, 1)
    rig.settle(transport)
    assert tries(rig) == 3, f"sent {tries(rig)} times"
    assert transport.stats.delivered == 1, str(transport.stats)


@check("http", "queues", settings="retries")
def a_retry_holds_up_its_own_envelope_alone(rig: Rig) -> None:
    """While one event waits for its retry, the next one is sent."""
    transport = rig.build(retries=Retry(total=1, status_forcelist=[503]))
    rig.server.script((503, {"Retry-After": "1"}))
    rig.submit(transport, 1, 2)
    rig.settle(transport)
    assert rig.numbers() == [1, 2, 1], str(rig.numbers())
    assert transport.stats.delivered == 2, str(transport.stats)
