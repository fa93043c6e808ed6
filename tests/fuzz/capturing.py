"""Captures in a situation, and gives back what would have gone over the wire."""

from __future__ import annotations

import logging
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import rookery
from tests.fuzz.situations import KINDS, Situation

if TYPE_CHECKING:
    from collections.abc import Iterator

DSN = "memory+http://key@127.0.0.1/1"
logger = logging.Logger("tests.fuzz")  # noqa: LOG001  # without a parent, whose handlers would fail
logger.addHandler(logging.NullHandler())


class Recorder:
    """A client that keeps what it sends; of each event the bytes."""

    def __init__(self, **options: Any) -> None:
        self.client = rookery.init(DSN, **{"server_name": "fuzz", **options}).client
        self.transport: Any = self.client.transport

    def captured(self, situation: Situation) -> list[bytes]:
        """The events that a situation leads to: one, if all is well."""
        self.transport.clear()
        with rookery.isolation_scope() as scope:
            scope.clear()
            describe(situation)
            fail(situation, variables=situation.variables)
        items = [item for envelope in self.transport.envelopes for item in envelope.items]
        return [item.payload for item in items if item.type == "event"]


@contextmanager
def recording(**options: Any) -> Iterator[Recorder]:
    """A recorder, and afterwards no client."""
    recorder = Recorder(**options)
    try:
        yield recorder
    finally:
        recorder.client.close(0)
        rookery.get_global_scope().set_client(None)


def describe(situation: Situation) -> None:
    """All that the scope is told. None of it may raise."""
    for name, value in situation.tags.items():
        rookery.set_tag(name, value)
    for name, value in situation.extra.items():
        rookery.set_extra(name, value)
    for name, value in situation.contexts.items():
        rookery.set_context(name, value)
    rookery.set_user(situation.user)
    rookery.add_breadcrumb(situation.crumb)
    rookery.add_breadcrumb(message=situation.subject, data=situation.extra, category="fuzz")
    rookery.get_current_scope().fingerprint = situation.fingerprint


def fail(situation: Situation, **variables: Any) -> None:
    """Capture, with the situation's objects among the local variables."""
    how, subject = situation.how, situation.subject
    if how == "message":
        rookery.capture_message(subject, extras=situation.extra)
    elif how == "event":
        event = {"message": subject, "extra": situation.extra, "tags": variables["variables"]}
        rookery.capture_event(event)
    elif how == "log":
        logger.error("%s, or %r", subject, subject)
    elif how == "log extra":
        logger.error("of %s", "a record", extra={"subject": subject, **safe_names(situation)})
    else:
        try:
            throw(situation, subject)
        except BaseException as error:  # noqa: BLE001  # whatever it is, it is what is captured
            rookery.capture_exception(error)


def safe_names(situation: Situation) -> dict[str, Any]:
    """Names that ``logging`` does not refuse itself."""
    taken = vars(logging.makeLogRecord({})).keys() | {"message", "asctime", "subject"}
    return {name: value for name, value in situation.extra.items() if name not in taken}


def throw(situation: Situation, subject: object) -> None:
    """Raise as the situation has it."""
    hidden = {"secret": subject}
    error = KINDS.get(situation.how, ValueError)(subject, hidden)
    error.__dict__["__notes__"] = situation.notes
    if situation.how == "chain":
        try:
            raise KeyError(subject)
        except KeyError as cause:
            error.__context__ = cause
            cause.__context__ = error  # a cycle
            raise error from cause
    if situation.how == "group" and sys.version_info >= (3, 11):
        inner = ExceptionGroup("more", [ValueError(subject)])  # noqa: F821  # new in 3.11
        raise BaseExceptionGroup("several", [error, inner])  # noqa: F821  # new in 3.11
    raise error
