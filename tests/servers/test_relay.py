"""Sentry's own ingestion code (librelay) finds nothing wrong with what is sent."""

from __future__ import annotations

import json
from typing import Any

import pytest

import rookery
from tests.servers import order_service
from tests.servers.judging import CLOCK, normalised, noted

pytest.importorskip(
    "sentry_relay.processing",
    reason="needs librelay from PyPI (sentry-relay); run `tox -e servers`",
)


def kept(event: dict[str, Any]) -> dict[str, Any]:
    """The event as the server would keep it."""
    return normalised(json.dumps(event).encode(), **CLOCK)


def captured_event(how: str) -> dict[str, Any]:
    with rookery.init("memory+http://key@127.0.0.1/1", release="orders@1.2.3"):
        rookery.set_tag("shop", "north")
        rookery.add_breadcrumb(message="order placed", category="orders", level="info")
        if how == "exception":
            report_a_refused_payment()
        else:
            rookery.capture_message("stock is low", level="warning")
        events: list[dict[str, Any]] = rookery.get_client().transport.events  # type: ignore[union-attr]  # memory's own
        return events[0]


def report_a_refused_payment() -> None:
    try:
        order_service.charge("grace", 995)
    except order_service.PaymentRefused:
        rookery.capture_exception()


@pytest.mark.parametrize("how", ["exception", "message"])
def test_an_event_is_taken_without_an_error(how: str) -> None:
    result = kept(captured_event(how))

    assert list(noted(result.get("_meta"))) == []
    assert ["shop", "north"] in result["tags"]
    assert result["breadcrumbs"]["values"][0]["message"] == "order placed"


def test_an_event_with_faults_is_complained_of() -> None:
    faulty = {**captured_event("message"), "timestamp": "noon", "level": 7.5}

    assert len(list(noted(kept(faulty).get("_meta")))) == 2
