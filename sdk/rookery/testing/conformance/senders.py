"""Senders that break, and the guard around those that work."""

from __future__ import annotations

import logging
import warnings
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from urllib3.util import Retry

from rookery.delivery.actions import Answered
from rookery.testing.conformance.check import check
from rookery.testing.server import RefusingServer
from rookery.transport.contract import Sender
from rookery.transport.guard import is_delivering

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from rookery.delivery.actions import Outcome
    from rookery.testing.conformance.rig import Rig
    from rookery.transport.contract import Request, Setup

BROKEN = {("internal_sdk_error", "error"): 1}


class OwnSender(Sender):
    """A sender that does what a function does, and notes that it was closed."""

    def __init__(self, post: Callable[[Request], Any]) -> None:
        self._post = post
        self.is_closed = False

    def post(self, request: Request) -> Outcome:
        outcome: Outcome = self._post(request)
        return outcome

    def close(self) -> None:
        self.is_closed = True

    def forget(self) -> None:
        self.is_closed = True


def assert_breaks_alone(rig: Rig, breaks: Callable[[Request], Any]) -> None:
    """The first post breaks and is one loss; the second arrives."""
    first = [breaks]
    sender = OwnSender(lambda request: first.pop()(request) if first else Answered(200))
    transport = rig.build_with(lambda _: sender, send_client_reports=False)
    rig.in_time(lambda: rig.submit(transport, 1, 2), "submit")
    rig.settle(transport)
    assert rig.losses(transport) == BROKEN, str(transport.stats)
    assert transport.stats.delivered == 1, str(transport.stats)


@check("sender")
def a_sender_that_raises_is_counted(rig: Rig) -> None:
    """What a sender raises is a loss, never reaches the caller, and stops nothing."""

    def breaks(_: Request) -> Outcome:
        raise LookupError("broken on purpose")

    assert_breaks_alone(rig, breaks)


@check("sender")
def a_sender_that_returns_nonsense_is_counted(rig: Rig) -> None:
    """A sender that returns no outcome is a loss, never reaches the caller, and stops nothing."""
    assert_breaks_alone(rig, lambda _: None)


@check("sender")
def a_sender_that_cannot_be_made_is_counted(rig: Rig) -> None:
    """A sender that cannot be made is a loss, and is made when the next event asks for it."""
    makers = [False, True]

    def make(_: Setup) -> Sender:
        if not makers.pop(0):
            raise LookupError("not yet")
        return OwnSender(lambda _: Answered(200))

    transport = rig.build_with(make, send_client_reports=False)
    rig.in_time(lambda: rig.submit(transport, 1, 2), "submit")
    rig.settle(transport)
    assert rig.losses(transport) == BROKEN, str(transport.stats)
    assert transport.stats.delivered == 1, str(transport.stats)


@check("sender")
def a_sender_is_closed(rig: Rig) -> None:
    """A transport that is closed closes its sender, even one that cannot be closed."""
    sender = OwnSender(lambda _: Answered(200))
    transport = rig.build_with(lambda _: sender)
    rig.submit(transport, 1)
    assert rig.in_time(lambda: transport.close(rig.backend.patience), "close")
    rig.wait_until(lambda: sender.is_closed, "the sender is closed")


@check("sender")
def a_sender_is_guarded(rig: Rig) -> None:
    """While a sender posts, its context is marked as the transport's own; the caller's is not."""
    marks: list[bool] = []

    def post(_: Request) -> Outcome:
        marks.append(is_delivering())
        return Answered(200)

    transport = rig.build_with(lambda _: OwnSender(post))
    rig.submit(transport, 1)
    assert not is_delivering(), "the caller is marked after submit"
    rig.settle(transport)
    assert not is_delivering(), "the caller is marked after flush"
    assert marks == [True], str(marks)


class Ear(logging.Handler):
    """Notes each record, and whether it came from a transport."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.heard: list[tuple[str, bool]] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.heard.append((f"{record.name}: {record.getMessage()}", is_delivering()))


@contextmanager
def listening() -> Iterator[Ear]:
    """Everything that is logged or warned of, from DEBUG upwards."""
    root, ear = logging.getLogger(), Ear()
    level = root.level
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        logging.captureWarnings(True)
        root.setLevel(logging.DEBUG)
        root.addHandler(ear)
        try:
            yield ear
        finally:
            root.removeHandler(ear)
            root.setLevel(level)
            logging.captureWarnings(False)


@check("http")
def what_a_transport_logs_is_marked_as_its_own(rig: Rig) -> None:
    """Whatever a transport logs or warns of, dead servers included, bears its mark."""
    nobody = rig.open(RefusingServer(rig.scheme))
    with listening() as ear:
        for dsn in (rig.server.dsn, nobody.dsn):
            transport = rig.build(dsn, verify_ssl=False, retries=Retry(total=1))
            rig.submit(transport, 1)
            rig.settle(transport)
            rig.in_time(lambda t=transport: t.close(rig.backend.patience), "close")  # type: ignore[misc]
    unmarked = [text for text, is_marked in ear.heard if not is_marked]
    assert not unmarked, f"these would be captured: {unmarked}"
