"""Rate limits: what the server says holds for as long as it says, and for what it says."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from email.utils import format_datetime
from time import sleep
from typing import TYPE_CHECKING

from rookery.testing.answers import Answer
from rookery.testing.conformance.check import check

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rookery.testing.conformance.rig import Rig
    from rookery.transport.contract import Transport

LIMITS = "X-Sentry-Rate-Limits"
BACKED_OFF = ("ratelimit_backoff", "error")


def dates(seconds: int) -> dict[str, str]:
    """``Retry-After`` as a date, beside the server's own."""
    now = datetime(2031, 5, 6, 7, 8, 9, tzinfo=timezone.utc)
    until = now + timedelta(seconds=seconds)
    return {
        "Date": format_datetime(now, usegmt=True),
        "Retry-After": format_datetime(until, usegmt=True),
    }


CLOSING: list[tuple[int, Mapping[str, str]]] = [
    (200, {LIMITS: "60:error:key"}),
    (200, {LIMITS.lower(): "60:error:organization"}),
    (200, {LIMITS.upper(): "60.5:error"}),
    (200, {LIMITS: " 60 : session ; error : project : some_reason "}),
    (200, {LIMITS: "60:session:key, 60:error:key"}),
    (200, {LIMITS: "60:made_up;error:key"}),
    (200, {LIMITS: "nonsense, :error, 60:error:key"}),
    (200, {LIMITS: "60::organization"}),
    (200, {LIMITS: "60:"}),
    (400, {LIMITS: "60:error:key"}),
    (503, {LIMITS: "60:error:key"}),
    (429, {LIMITS: "60:error:key", "Retry-After": "0"}),
    (429, {"Retry-After": "60"}),
    (429, {"retry-after": "60"}),
    (429, dates(60)),
    (429, {"Retry-After": "soon"}),
    (429, {}),
]
"""Answers after which no error may be sent."""
LEAVING_OPEN: list[tuple[int, Mapping[str, str]]] = [
    (200, {LIMITS: "60:session:key"}),
    (200, {LIMITS: "60:made_up:key"}),
    (200, {LIMITS: "60:made_up;other:key"}),
    (200, {LIMITS: "nonsense"}),
    (200, {LIMITS: "soon:error:key"}),
    (200, {LIMITS: ""}),
    (200, {"Retry-After": "60"}),
    (429, {LIMITS: "60:session:key", "Retry-After": "60"}),
]
"""Answers after which errors may be sent as before."""


def told(rig: Rig, status: int, headers: Mapping[str, str]) -> Transport:
    """A transport whose first event got this answer."""
    rig.serve()
    transport = rig.build(send_client_reports=False)
    rig.server.script(Answer(status, headers))
    rig.submit(transport, 1)
    rig.settle(transport)
    return transport


@check("http")
def each_spelling_of_a_limit_pauses(rig: Rig) -> None:
    """A limit holds whatever its spelling, the case of the header and the status."""
    for status, headers in CLOSING:
        transport = told(rig, status, headers)
        rig.submit(transport, 2)
        rig.settle(transport)
        assert rig.numbers() == [1], f"sent in spite of {status} {headers}"
        lost = rig.losses(transport).get(BACKED_OFF)
        assert lost == 1, f"after {status} {headers}: {transport.stats}"


@check("http")
def what_limits_nothing_pauses_nothing(rig: Rig) -> None:
    """A limit on other categories, on unknown ones or one that cannot be read closes nothing."""
    for status, headers in LEAVING_OPEN:
        transport = told(rig, status, headers)
        rig.submit(transport, 2)
        rig.settle(transport)
        assert rig.numbers() == [1, 2], f"not sent because of {status} {headers}"


@check("http")
def a_bare_429_closes_every_category(rig: Rig) -> None:
    """A 429 that names no categories closes them all; what it refuses is one loss."""
    transport = told(rig, 429, {})
    transport.submit(rig.session())
    rig.settle(transport)
    assert len(rig.received()) == 1, "a session was sent after a 429"
    losses = rig.losses(transport)
    assert losses.get(("ratelimit_backoff", "session")) == 1, str(losses)
    assert sum(losses.values()) == 2, f"two items were lost: {losses}"


@check("http")
def one_category_leaves_the_others_open(rig: Rig) -> None:
    """A limit on one category leaves the others open."""
    transport = told(rig, 200, {LIMITS: "60:error:key"})
    transport.submit(rig.session())
    rig.submit(transport, 2)
    rig.settle(transport)
    types = [item.type for envelope in rig.received() for item in envelope.items]
    assert types == ["event", "session"], str(types)


@check("http")
def limited_items_leave_their_envelope(rig: Rig) -> None:
    """Of an envelope only the items that are limited stay behind."""
    transport = told(rig, 200, {LIMITS: "60:attachment:key"})
    transport.submit(rig.envelope(2, rig.attachment()))
    rig.settle(transport)
    types = [item.type for item in rig.received()[-1].items]
    assert types == ["event"], str(types)
    assert rig.losses(transport) == {("ratelimit_backoff", "attachment"): 1}, str(transport.stats)
    assert transport.stats.delivered == 2, str(transport.stats)


@check("http")
def a_shorter_limit_shortens_nothing(rig: Rig) -> None:
    """A shorter limit that comes later does not shorten a longer one."""
    transport = told(rig, 200, {LIMITS: "60:error:key"})
    rig.server.script((200, {LIMITS: "0.01:error:key"}))
    transport.submit(rig.session())
    rig.settle(transport)
    sleep(0.02)  # past the shorter one
    assert not _gets_through(rig, transport), "a longer limit was shortened"


@check("http")
def a_limit_ends(rig: Rig) -> None:
    """When its time is over, a limit is over."""
    transport = told(rig, 200, {LIMITS: "0.1:error:key"})
    rig.wait_until(lambda: _gets_through(rig, transport), "the limit ends")


def _gets_through(rig: Rig, transport: Transport) -> bool:
    before = transport.stats.delivered
    rig.submit(transport, 9)
    rig.settle(transport)
    return transport.stats.delivered > before


@check("http", "queues")
def a_limit_holds_for_what_is_queued(rig: Rig) -> None:
    """A limit holds for what was queued before it was learnt."""
    transport = rig.build()
    rig.server.script((200, {LIMITS: "60:error:key"}))
    rig.server.hold()
    rig.submit(transport, *range(5))
    rig.server.wait_for(1)
    rig.server.release()
    rig.settle(transport)
    assert rig.numbers() == [0], str(rig.numbers())
    assert rig.losses(transport) == {BACKED_OFF: 4}, str(transport.stats)
