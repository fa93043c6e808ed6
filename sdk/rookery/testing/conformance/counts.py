"""``urllib3.Retry``: each of its counts, its pauses, and what it says of ``Retry-After``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from urllib3.util import Retry

from rookery.testing.answers import redirect
from rookery.testing.conformance.check import check
from rookery.testing.conformance.failures import (
    NETWORK_ERROR,
    SEND_ERROR,
    SHORT,
    assert_lost,
    tries,
)
from rookery.testing.conformance.limits import dates
from rookery.testing.server import RefusingServer

if TYPE_CHECKING:
    from rookery.testing.answers import Step
    from rookery.testing.conformance.rig import Rig
    from rookery.transport.contract import Transport

MANY, FEW = 9, 2
"""A count that is not to decide, and one that is."""
BUSY = 503
LONG = 3600.0


def assert_tried(rig: Rig, expected: int, step: Step, **counts: Any) -> None:
    """An event that meets ``step`` each time is sent so often, and is one loss."""
    rig.serve()
    rig.server.script(*[step] * (MANY + 1))
    transport = rig.build(retries=Retry(**counts), send_client_reports=False)
    rig.submit(transport, 1)
    rig.settle(transport)
    assert tries(rig) == expected, f"Retry({counts}): sent {tries(rig)} times, not {expected}"
    assert sum(rig.losses(transport).values()) == 1, str(transport.stats)


def assert_waits(rig: Rig, transport: Transport, after: int) -> None:
    """An event was sent so often, and is held for a later try."""
    rig.submit(transport, 1)
    rig.server.wait_for(after, rig.backend.patience)
    assert not transport.flush(SHORT), f"nothing waits: {transport.stats}"
    assert tries(rig) == after, f"sent {tries(rig)} times, not {after}"
    assert transport.stats.pending == 1, str(transport.stats)
    transport.close(0.0)


@check("http", settings="retries")
def the_total_ends_the_tries(rig: Rig) -> None:
    """``total`` ends the tries, however many its parts allow; 0 and False allow none."""
    for total, expected in ((FEW, FEW + 1), (0, 1), (False, 1)):
        assert_tried(rig, expected, "reset", total=total, read=MANY)


@check("http", settings="retries")
def without_a_total_its_parts_decide(rig: Rig) -> None:
    """With ``total=None`` the count of the kind of failure alone ends the tries."""
    assert_tried(rig, FEW + 1, "reset", total=None, read=FEW)


@check("http", settings="retries")
def a_connection_that_fails_is_taken_from_connect(rig: Rig) -> None:
    """A server that cannot be reached is tried ``connect`` times more."""
    nobody = rig.open(RefusingServer(rig.scheme))
    retries = Retry(total=MANY, connect=1, read=MANY)
    transport = rig.build(nobody.dsn, retries=retries, send_client_reports=False)
    assert_lost(rig, transport, NETWORK_ERROR)
    assert transport.stats.attempts == 2, str(transport.stats)


@check("http", settings="retries")
def an_answer_that_breaks_off_is_taken_from_read(rig: Rig) -> None:
    """A request without a whole answer is sent ``read`` times more."""
    for mishap in ("reset", "no answer", "garbage"):
        assert_tried(rig, FEW + 1, mishap, total=MANY, read=FEW, connect=MANY)


@check("http", settings="retries")
def a_listed_status_is_taken_from_status(rig: Rig) -> None:
    """A status in ``status_forcelist`` is tried ``status`` times more, then it is final."""
    counts = {"total": MANY, "status": FEW, "read": MANY, "status_forcelist": [BUSY]}
    assert_tried(rig, FEW + 1, BUSY, **counts)


@check("http", scheme="https", settings="retries")
def a_server_that_is_not_trusted_is_taken_from_other(rig: Rig) -> None:
    """A server that is reached and not to be trusted is tried ``other`` times more."""
    rig.serve(certificate="expired")
    retries = Retry(total=MANY, other=1, connect=MANY, read=MANY)
    transport = rig.build(retries=retries, send_client_reports=False)
    assert_lost(rig, transport, NETWORK_ERROR)
    assert transport.stats.attempts == 2, str(transport.stats)


@check("http", settings="retries")
def no_count_of_redirects_has_one_followed(rig: Rig) -> None:
    """A redirection is a refusal even if ``redirect`` would allow it."""
    elsewhere = rig.server
    rig.serve()
    transport = rig.build(retries=Retry(total=MANY, redirect=MANY), send_client_reports=False)
    rig.server.script(redirect(f"{elsewhere.url}/api/1/envelope/"))
    assert_lost(rig, transport, SEND_ERROR)
    assert tries(rig) == 1, f"sent {tries(rig)} times"
    assert elsewhere.requests == (), "the redirection was followed"


@check("http", settings="retries")
def a_post_that_may_not_be_repeated_is_not(rig: Rig) -> None:
    """With ``allowed_methods`` of the user's own, without POST, what may have arrived stays so."""
    assert_tried(rig, 1, "reset", total=MANY, allowed_methods={"GET"})
    assert_tried(rig, 1, BUSY, total=MANY, allowed_methods={"GET"}, status_forcelist=[BUSY])


@check("http", "queues", settings="retries")
def the_pause_grows_with_its_factor(rig: Rig) -> None:
    """The first retry comes at once, the second waits for its ``backoff_factor``."""
    transport = rig.build(retries=Retry(total=MANY, backoff_factor=LONG, backoff_max=LONG))
    rig.server.script("reset", "reset")
    assert_waits(rig, transport, after=2)


@check("http", settings="retries")
def a_pause_is_no_longer_than_its_bound(rig: Rig) -> None:
    """``backoff_max`` bounds the pause, whatever the factor."""
    counts = {"total": FEW + 1, "backoff_factor": LONG, "backoff_max": 0.01}
    assert_tried(rig, FEW + 2, "reset", **counts)


@check("http", "queues", settings="retries")
def a_retry_after_is_waited_for(rig: Rig) -> None:
    """A retry waits for as long as ``Retry-After`` says, in seconds or as a date."""
    for headers in ({"Retry-After": "3600"}, dates(3600)):
        rig.serve()
        transport = rig.build(retries=Retry(total=MANY, status_forcelist=[BUSY]))
        rig.server.script((BUSY, headers))
        assert_waits(rig, transport, after=1)


@check("http", settings="retries")
def a_retry_after_may_be_disregarded(rig: Rig) -> None:
    """With ``respect_retry_after_header=False`` the back-off decides."""
    step = (BUSY, {"Retry-After": "3600"})
    forced = {"status_forcelist": [BUSY], "respect_retry_after_header": False}
    assert_tried(rig, FEW + 1, step, total=FEW, **forced)
