"""Client reports: the server is told what was lost, once, and by the right name."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from rookery.testing.conformance.check import check

if TYPE_CHECKING:
    from rookery.testing.conformance.rig import Rig

Told = dict[tuple[str, str], int]


def told(rig: Rig) -> Told:
    """What the server was told: quantities by (reason, category)."""
    total: Counter[tuple[str, str]] = Counter()
    reports = [i for e in rig.received() for i in e.items if i.type == "client_report"]
    for report in reports:
        value = report.json
        assert isinstance(value, dict), f"a client report is an object: {report.payload!r}"
        for each in value["discarded_events"]:
            total[each["reason"], each["category"]] += each["quantity"]
    return dict(total)


@check("http")
def a_loss_is_told_when_flushed(rig: Rig) -> None:
    """A flush tells the server of every loss: attachments in bytes, everything else in numbers."""
    transport = rig.build()
    rig.server.script(400)
    transport.submit(rig.envelope(1, rig.attachment(b"x" * 100), rig.attachment(b"")))
    rig.settle(transport)
    expected = {("send_error", "error"): 1, ("send_error", "attachment"): 101}
    assert told(rig) == expected, f"not {expected}: {told(rig)}"


@check("http")
def a_loss_is_told_once(rig: Rig) -> None:
    """Losses are told once, however they travel: with an envelope or alone."""
    transport = rig.build()
    rig.server.script(400, 200, 500)
    for number in range(4):
        rig.submit(transport, number)
    rig.settle(transport)
    rig.settle(transport)
    lost = transport.stats.dropped.get(("send_error", "error"))
    assert lost == 2, str(transport.stats)
    assert told(rig) == {("send_error", "error"): 2}, str(told(rig))


@check("http")
def a_report_is_in_no_books(rig: Rig) -> None:
    """A report is neither offered nor delivered nor lost, even if it does not arrive."""
    transport = rig.build()
    rig.server.script(400, 500)
    rig.submit(transport, 1)
    rig.settle(transport)
    stats = transport.stats
    assert (stats.offered, stats.delivered) == (1, 0), str(stats)
    assert rig.losses(transport) == {("send_error", "error"): 1}, str(stats)


@check("http")
def what_the_server_limits_is_not_told(rig: Rig) -> None:
    """What a 429 refuses the server counts itself; what is then kept back is told to it."""
    transport = rig.build()
    rig.server.script((429, {"X-Sentry-Rate-Limits": "60:error:key"}))
    rig.submit(transport, 1)
    rig.settle(transport)
    assert told(rig) == {}, str(told(rig))
    rig.submit(transport, 2)
    rig.settle(transport)
    assert told(rig) == {("ratelimit_backoff", "error"): 1}, str(told(rig))


@check("http")
def a_loss_before_the_transport_is_told(rig: Rig) -> None:
    """A loss that the client notes is told, and is not in the books."""
    transport = rig.build()
    transport.record_lost_event("before_send", "error")
    transport.record_lost_event("sample_rate", "transaction", 3)
    rig.settle(transport)
    expected = {("before_send", "error"): 1, ("sample_rate", "transaction"): 3}
    assert told(rig) == expected, f"not {expected}: {told(rig)}"
    assert transport.stats.offered == 0, str(transport.stats)


@check("http", settings="send_client_reports")
def reports_can_be_switched_off(rig: Rig) -> None:
    """With ``send_client_reports=False`` none is sent."""
    transport = rig.build(send_client_reports=False)
    rig.server.script(400)
    rig.submit(transport, 1, 2)
    transport.record_lost_event("before_send", "error")
    rig.settle(transport)
    assert told(rig) == {}, str(told(rig))
    assert len(rig.received()) == 2, f"{len(rig.received())} requests for two events"
