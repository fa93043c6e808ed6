from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

import rookery
from rookery.propagation import PropagationContext, members, merged_baggage, parent_in
from tests.client.program import ROOT

if TYPE_CHECKING:
    from tests.client.keeping import Init, Keeping

TRACE, SPAN = "771a43a4192642f0b136d5159a501700", "1234567890abcdef"
INCOMING = f"{TRACE}-{SPAN}-1"
THEIRS = f"other=1, sentry-trace_id={TRACE}, sentry-public_key=theirs, sentry-release=shop%401"


def trace_of(event: dict[str, Any]) -> dict[str, Any]:
    told: dict[str, Any] = event["contexts"]["trace"]
    return told


def test_every_event_carries_a_trace(kept: Keeping) -> None:
    rookery.capture_message("m")
    rookery.capture_exception(ValueError("x"))
    rookery.capture_event({"message": "e"})
    traces = [trace_of(event) for event in kept.events]
    assert traces == [traces[0]] * 3
    assert len(traces[0]["trace_id"]) == 32
    assert len(traces[0]["span_id"]) == 16
    assert "parent_span_id" not in traces[0]


@pytest.mark.parametrize(
    "headers",
    [
        {"sentry-trace": INCOMING},
        {"Sentry-Trace": f"  {TRACE}-{SPAN} "},
        {"sentry-trace": f"{INCOMING}, {SPAN}-{TRACE}-0"},
        {"HTTP_SENTRY_TRACE": INCOMING, "REQUEST_METHOD": "GET"},
        {b"sentry-trace": INCOMING.encode()},
        {"traceparent": f"00-{TRACE}-{SPAN}-01"},
        {"HTTP_TRACEPARENT": f"cc-{TRACE}-{SPAN}-00-what-comes-later"},
        {"sentry-trace": "broken", "traceparent": f"00-{TRACE}-{SPAN}-01"},
    ],
)
def test_a_request_joins_the_trace_of_its_headers(kept: Keeping, headers: dict[Any, Any]) -> None:
    rookery.continue_trace(headers)
    rookery.capture_message("m")
    told = trace_of(kept.event)
    assert (told["trace_id"], told["parent_span_id"]) == (TRACE, SPAN)
    assert told["span_id"] != SPAN


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"sentry-trace": "1"},
        {"sentry-trace": f"{TRACE}-{SPAN}-2"},
        {"sentry-trace": f"{TRACE[:-1]}-{SPAN}"},
        {"sentry-trace": f"{TRACE[:-1]}g-{SPAN}"},
        {"sentry-trace": f"{TRACE}-{SPAN}-1-1"},
        {"sentry-trace": None},
        {"baggage": THEIRS},
        {"traceparent": f"ff-{TRACE}-{SPAN}-01"},
        {"traceparent": f"00-{TRACE}-{SPAN}-01-more"},
        {"traceparent": f"00-{'0' * 32}-{SPAN}-01"},
        {"traceparent": f"00-{TRACE}-{'0' * 16}-01"},
        {"traceparent": TRACE},
    ],
)
def test_a_request_whose_headers_name_none_begins_a_trace(
    kept: Keeping, headers: dict[Any, Any]
) -> None:
    rookery.capture_message("before")
    rookery.continue_trace(headers)
    rookery.capture_message("after")
    before, after = (trace_of(event)["trace_id"] for event in kept.events)
    assert TRACE not in (before, after)
    assert before != after
    assert "parent_span_id" not in trace_of(kept.events[1])


def test_an_incoming_trace_without_baggage_is_told_to_nobody_as_ours(kept: Keeping) -> None:
    rookery.continue_trace({"sentry-trace": INCOMING, "baggage": "other=1"})
    rookery.capture_message("m")
    assert "trace" not in kept.envelopes[0].headers
    assert rookery.get_baggage() is None


def test_incoming_baggage_is_passed_on_as_it_came(kept: Keeping) -> None:
    rookery.continue_trace({"sentry-trace": INCOMING, "baggage": THEIRS})
    rookery.capture_message("m")
    assert kept.envelopes[0].headers["trace"] == {
        "trace_id": TRACE,
        "public_key": "theirs",
        "release": "shop@1",
    }
    baggage = rookery.get_baggage()
    assert baggage == f"sentry-trace_id={TRACE},sentry-public_key=theirs,sentry-release=shop%401"


def test_a_trace_of_our_own_says_who_we_are(init: Init) -> None:
    kept = init(dsn="http://key@o42.ingest.example.com/7", release="shop@1", environment="test")
    rookery.capture_message("m")
    told: Any = kept.envelopes[0].headers["trace"]
    assert 0 <= float(told["sample_rand"]) < 1
    assert told == {
        "trace_id": trace_of(kept.event)["trace_id"],
        "sample_rand": told["sample_rand"],
        "public_key": "key",
        "release": "shop@1",
        "environment": "test",
        "org_id": "42",
    }
    assert members(rookery.get_baggage() or "") == told


def test_what_is_said_of_a_trace_is_settled_at_its_first_departure(init: Init) -> None:
    init(release="one")
    before = rookery.get_baggage()
    init(release="two")
    assert rookery.get_baggage() == before


def test_what_goes_out_says_neither_sampled_nor_not(kept: Keeping) -> None:
    rookery.continue_trace({"sentry-trace": INCOMING})
    rookery.capture_message("m")
    assert rookery.get_traceparent() == f"{TRACE}-{trace_of(kept.event)['span_id']}"


OURS_IS_42: dict[str, Any] = {"dsn": "http://key@o42.ingest.example.com/7"}


@pytest.mark.parametrize(
    ("options", "theirs", "is_continued"),
    [
        (OURS_IS_42, "42", True),
        (OURS_IS_42, "43", False),
        (OURS_IS_42, None, True),
        ({}, "43", True),
        ({"org_id": "43"}, "43", True),
        ({**OURS_IS_42, "org_id": 43}, "43", True),
        ({**OURS_IS_42, "strict_trace_continuation": True}, "42", True),
        ({**OURS_IS_42, "strict_trace_continuation": True}, None, False),
        ({"strict_trace_continuation": True}, "43", False),
        ({"strict_trace_continuation": True}, None, True),
    ],
)
def test_a_trace_of_another_organization_is_not_continued(
    init: Init, options: dict[str, Any], theirs: str | None, is_continued: bool
) -> None:
    kept = init(**options)
    baggage = f"sentry-org_id={theirs}" if theirs else "other=1"
    rookery.continue_trace({"sentry-trace": INCOMING, "baggage": baggage})
    rookery.capture_message("m")
    assert (trace_of(kept.event)["trace_id"] == TRACE) is is_continued
    assert ("parent_span_id" in trace_of(kept.event)) is is_continued


def test_each_unit_has_its_own_trace(kept: Keeping) -> None:
    with rookery.isolation_scope():
        rookery.continue_trace({"sentry-trace": INCOMING})
        rookery.capture_message("inside")
    rookery.capture_message("outside")
    inside, outside = (trace_of(event)["trace_id"] for event in kept.events)
    assert inside == TRACE != outside


@pytest.mark.parametrize(
    ("targets", "url", "is_told"),
    [
        (None, "https://shop.example.org/x", True),
        ([], "https://shop.example.org/x", False),
        (["shop.example"], "https://shop.example.org/x", True),
        (["shop.example"], "https://other.example.org/x", False),
        ([r"^https://\w+\.example\.org"], "https://other.example.org/x", True),
        (None, "http://errors.example.com/x", False),
        (None, "http://user:pw@ERRORS.example.com:80/x", False),
        (None, "http://errors.example.com:8080/x", True),
        (None, "http://other.example.org/?to=errors.example.com", True),
        (["[", "other"], "http://shop.example.org", False),
    ],
)
def test_who_is_told_the_trace(
    init: Init, targets: list[str] | None, url: str, is_told: bool
) -> None:
    init(**({} if targets is None else {"trace_propagation_targets": targets}))
    headers = rookery.get_current_scope().propagation_headers(url)
    assert set(headers) == ({"sentry-trace", "baggage"} if is_told else set())


def test_the_w3c_header_goes_along_where_asked_for(init: Init) -> None:
    init(propagate_traceparent=True)
    rookery.continue_trace({"sentry-trace": INCOMING})
    headers = rookery.get_current_scope().propagation_headers("http://shop.example.org")
    span_id = headers["sentry-trace"].rpartition("-")[2]
    assert headers["traceparent"] == f"00-{TRACE}-{span_id}-01"


def test_a_page_has_its_trace_as_html(kept: Keeping) -> None:
    html = rookery.get_current_scope().trace_propagation_meta()
    assert html.startswith(f'<meta name="sentry-trace" content="{rookery.get_traceparent()}">')
    assert html.endswith(f'<meta name="baggage" content="{rookery.get_baggage()}">')


def test_without_a_client_nobody_is_told(init: Init) -> None:
    assert rookery.get_baggage() is None
    assert rookery.get_current_scope().propagation_headers("http://shop.example.org") == {}
    rookery.continue_trace({"sentry-trace": INCOMING})
    assert (rookery.get_traceparent() or "").startswith(TRACE)


def test_others_members_of_a_baggage_are_kept() -> None:
    present = "a=1;p=2, sentry-release=old ,b=2"
    assert merged_baggage(present, "sentry-release=new") == "a=1;p=2,b=2,sentry-release=new"
    assert merged_baggage("", "sentry-release=new") == "sentry-release=new"
    assert merged_baggage("a=1", "") == "a=1"


def test_a_parent_may_be_undecided() -> None:
    found = {flag: parent_in({"sentry-trace": f"{TRACE}-{SPAN}{flag}"}) for flag in ("", "-0")}
    assert found[""] is not None
    assert found[""].sampled is None
    assert found["-0"] is not None
    assert found["-0"].sampled is False


def test_continue_trace_takes_what_sentry_sdk_takes_and_says_where_the_request_is(
    kept: Keeping,
) -> None:
    headers = {"sentry-trace": INCOMING}
    found = rookery.continue_trace(headers, op="http.server", name="/", source="route", origin="me")
    by_place = rookery.get_isolation_scope().continue_trace(headers, "http.server", "/", "route")
    for where in (found, by_place):
        assert (where.trace_id, where.parent_span_id) == (TRACE, SPAN)
        assert where.parent_sampled is True
    rookery.capture_message("m")
    assert trace_of(kept.event)["span_id"] == by_place.span_id
    assert "transaction" not in kept.event


@pytest.mark.parametrize("headers", [{}, None, 7, {"sentry-trace": object()}])
def test_headers_of_any_kind_begin_a_trace_at_least(kept: Keeping, headers: Any) -> None:
    before = rookery.continue_trace({"sentry-trace": INCOMING})
    after = rookery.continue_trace(headers)
    assert after.trace_id != before.trace_id
    assert rookery.get_traceparent() == f"{after.trace_id}-{after.span_id}"


def test_a_scope_says_what_an_event_would_say_of_its_trace(kept: Keeping) -> None:
    rookery.continue_trace({"sentry-trace": INCOMING})
    rookery.capture_message("m")
    assert rookery.get_current_scope().get_trace_context() == trace_of(kept.event)


def test_chance_is_the_same_for_all_who_know_the_trace() -> None:
    one, other = PropagationContext(TRACE), PropagationContext(TRACE)
    assert one.sample_rand == other.sample_rand
    assert len(one.sample_rand) == len("0.123456")


PROGRAM = """
import rookery, threading
from tests.client.keeping import Keeping
kept = Keeping()
rookery.init("http://key@errors.example.com/7", transport=kept)
rookery.capture_message("main")
thread = threading.Thread(target=rookery.capture_message, args=["thread"])
thread.start()
thread.join()
print(*[event["contexts"]["trace"]["trace_id"] for event in kept.events])
"""


@pytest.mark.parametrize(
    ("environ", "is_joined"), [({}, True), ({"SENTRY_USE_ENVIRONMENT": "no"}, False)]
)
def test_a_program_joins_the_trace_of_the_one_that_started_it(
    environ: dict[str, str], is_joined: bool
) -> None:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        env={"SENTRY_TRACE": INCOMING, "SENTRY_BAGGAGE": THEIRS, **environ},
        capture_output=True,
        text=True,
        check=True,
        cwd=ROOT,
    )
    assert (done.stdout.split() == [TRACE, TRACE]) is is_joined


OTEL = """
import rookery
from tests.client.keeping import Keeping
kept = Keeping()
rookery.init("http://key@errors.example.com/7", transport=kept)
from opentelemetry import trace
from opentelemetry.trace import NonRecordingSpan, SpanContext, TraceFlags
rookery.capture_message("before")
context = SpanContext(int("{trace}", 16), int("{span}", 16), False, TraceFlags(1))
with trace.use_span(NonRecordingSpan(context)):
    rookery.capture_message("within")
    print(rookery.get_traceparent())
rookery.capture_message("after")
for envelope in kept.envelopes:
    told = envelope.event["contexts"]["trace"]
    print(told["trace_id"], told["span_id"], envelope.headers["trace"]["trace_id"])
"""


def test_the_current_span_of_opentelemetry_wins() -> None:
    pytest.importorskip("opentelemetry.trace")
    program = OTEL.format(trace=TRACE, span=SPAN)
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=ROOT
    )
    header, before, within, after = done.stdout.splitlines()
    assert header == f"{TRACE}-{SPAN}"
    assert within == f"{TRACE} {SPAN} {TRACE}"
    assert before == after
    assert TRACE not in before


def test_opentelemetry_is_never_imported_for_it(init: Init) -> None:
    program = PROGRAM + "import sys; print('opentelemetry' in sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=ROOT
    )
    assert done.stdout.splitlines()[-1] == "False"
