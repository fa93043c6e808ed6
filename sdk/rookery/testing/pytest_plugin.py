"""The pytest plugin: ``rookery_events``, the events that a test captures, without any network.

::

    def test_a_failed_order_is_reported(rookery_events):
        place_order(broken=True)

        (event,) = rookery_events
        assert event["exception"]["values"][-1]["type"] == "PaymentError"

Every run of pytest loads this module, so it loads nothing else before a test asks for it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rookery.testing.captured import CapturedEvents

NOWHERE = "https://key@rookery.invalid/1"


@pytest.fixture
def rookery_options() -> dict[str, Any]:
    """Options of ``rookery.init`` for :func:`rookery_events`; define it anew to give your own."""
    return {}


@pytest.fixture
def rookery_events(rookery_options: dict[str, Any]) -> Iterator[CapturedEvents]:
    """The events that are captured during the test, as a sequence that grows.

    Before the test a client is initialised that keeps events in memory; after it the client that
    was there before is back, and tags and the like that the test set are forgotten.
    """
    from rookery import get_global_scope, init, isolation_scope
    from rookery.testing.captured import CapturedEvents

    scope = get_global_scope()
    previous = scope.client
    with isolation_scope():
        guard = init(**{"dsn": NOWHERE, "transport": "memory", **rookery_options})
        try:
            yield CapturedEvents(guard.client.transport)
        finally:
            scope.set_client(previous)
            guard.client.close()
