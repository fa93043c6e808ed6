"""Transports whose senders go about their work in a wrong way."""

from __future__ import annotations

import http.client
import time
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from rookery.delivery.actions import Answered, Failed, Failure
from rookery.testing.faults.in_settings import Escaped
from rookery.testing.faults.plant import Fault, Through, derive, sending
from rookery.transport.contract import Sender
from rookery.transport.guard import delivering

if TYPE_CHECKING:
    from rookery.delivery.actions import Outcome
    from rookery.transport.contract import Request, Setup


class Following(Through):
    """Goes wherever it is sent."""

    def post(self, request: Request) -> Outcome:
        outcome = self.good.post(request)
        if isinstance(outcome, Answered) and "Location" in outcome.headers:
            return self.good.post(request._replace(url=outcome.headers["Location"]))
        return outcome


class Insisting(Through):
    """Asks again, whatever the connection was."""

    def post(self, request: Request) -> Outcome:
        outcome = self.good.post(request)
        return self.good.post(request) if isinstance(outcome, Failed) else outcome


class Waiting(Through):
    """Waits for its retry itself, and everything behind it with it."""

    def post(self, request: Request) -> Outcome:
        outcome = self.good.post(request)
        if isinstance(outcome, Failed) or "Retry-After" not in outcome.headers:
            return outcome
        time.sleep(float(outcome.headers["Retry-After"]))
        return self.good.post(request)


class Unguarded(Through):
    """Takes off its guard."""

    def post(self, request: Request) -> Outcome:
        token = delivering.set(False)
        try:
            return self.good.post(request)
        finally:
            delivering.reset(token)


class Plain(Sender):
    """``http.client`` as it comes: one time-out for each byte, and no eye on its connection."""

    def __init__(self, good: Sender) -> None:
        self.good = good
        self.connection: http.client.HTTPConnection | None = None

    def post(self, request: Request) -> Outcome:
        url = urlsplit(request.url)
        if self.connection is None:
            self.connection = http.client.HTTPConnection(url.netloc, timeout=request.timeouts.read)
        try:
            self.connection.request("POST", url.path, request.body, dict(request.headers))
            response = self.connection.getresponse()
            return Answered(response.status, dict(response.headers), response.read())
        except (OSError, http.client.HTTPException) as error:
            self.close()
            return Failed(Failure.READ, str(error))

    def close(self) -> None:
        if self.connection is not None:
            self.connection.close()
        self.connection = None


class Letting(Through):
    """Lets everything out that goes wrong in it."""

    def post(self, request: Request) -> Outcome:
        try:
            outcome: object = self.good.post(request)
        except Exception as error:
            raise Escaped from error
        if not isinstance(outcome, (Answered, Failed)):
            raise Escaped
        return outcome


def letting_out(good: Any) -> type:
    """What senders raise escapes, those that the checks bring along included."""

    def wrap(cls: Any) -> None:
        make = cls.make_sender

        def make_sender(self: Any, setup: Setup) -> Sender:
            try:
                return Letting(make(self, setup))
            except Exception as error:
                raise Escaped from error

        cls.make_sender = make_sender

    return derive(good, __init_subclass__=classmethod(wrap))


FAULTS = (
    Fault(
        "follows redirections",
        sending(Following),
        ("a_redirection_is_not_followed", "no_count_of_redirects_has_one_followed"),
    ),
    Fault(
        "asks again on a new connection",
        sending(Insisting),
        ("a_new_connection_is_not_replaced_silently", "a_retry_has_an_end_and_is_one_loss"),
    ),
    Fault(
        "is http.client as it comes",
        sending(Plain),
        (
            "a_connection_closed_while_it_was_kept_costs_nothing",
            "a_server_that_closes_after_each_answer_costs_nothing",
            "headers_that_never_end_are_a_failure",
            "a_body_that_never_ends_holds_nothing_up",
            "a_proxy_is_asked",
        ),
    ),
    Fault(
        "waits for its retry with everybody behind it",
        sending(Waiting),
        ("a_retry_holds_up_its_own_envelope_alone",),
    ),
    Fault(
        "logs without its guard",
        sending(Unguarded),
        ("what_a_transport_logs_is_marked_as_its_own",),
    ),
    Fault(
        "lets out what its sender raises",
        letting_out,
        (
            "a_sender_that_raises_is_counted",
            "a_sender_that_returns_nonsense_is_counted",
            "a_sender_that_cannot_be_made_is_counted",
        ),
    ),
)
