"""From the parts of a request to what is to be kept, or a refusal. No I/O.

Rule 1: what Sentry would lose later for being malformed is refused at once, with its cause: a
developer wants to hear it. Rule 2: unknown items and headers are kept as they came.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from rookery.envelope import Envelope, Item
from rookery.errors import BadEnvelope
from rookery.inbox.auth import Credentials, credentials
from rookery.inbox.bodies import decode, decode_event
from rookery.inbox.reading import read_id, read_json
from rookery.inbox.refusals import bad_body, bad_envelope, bad_json, too_large

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rookery.inbox.limits import Limits

ENVELOPE_TYPE = "application/x-sentry-envelope"
EVENT_TYPES = ("event", "transaction", "feedback")
"""Items whose payload is an event (protocol: item types); only the first is an error or a message."""


@dataclass(frozen=True)
class Posted:
    """What an SDK posted. ``headers`` is looked up in any case; ``body`` is as it came."""

    endpoint: str
    project: str
    headers: Mapping[str, str]
    query: Mapping[str, str]
    body: bytes


@dataclass(frozen=True)
class Event:
    """An error or a message: its bytes, and what they say."""

    payload: bytes
    content: Mapping[str, object]


@dataclass(frozen=True)
class Delivery:
    """What is to be kept of one request."""

    project: str
    sender: Credentials
    event_id: str | None = None
    event: Event | None = None
    items: tuple[Item, ...] = ()
    headers: Mapping[str, object] = field(default_factory=dict)
    """The envelope's."""


def ingest(posted: Posted, limits: Limits) -> Delivery:
    """What the request delivers; raises :class:`~rookery.inbox.refusals.Refusal`."""
    envelope = _envelope(posted, limits)
    sender = credentials(posted.project, posted.headers, posted.query, envelope.headers.get("dsn"))
    events = [item for item in envelope.items if item.type == "event"]
    if len(events) > 1:
        raise bad_envelope(f"{len(events)} items of type event; an envelope holds at most one")
    event = _event(events[0], limits) if events else None
    return Delivery(
        project=posted.project,
        sender=sender,
        event_id=_event_id(envelope, event),
        event=event,
        items=tuple(item for item in envelope.items if item.type != "event"),
        headers=envelope.headers,
    )


def _envelope(posted: Posted, limits: Limits) -> Envelope:
    encoding = posted.headers.get("Content-Encoding", "")
    body = decode(posted.body, encoding, limits.envelope)
    if not body:
        raise bad_body("it is empty")
    content_type = posted.headers.get("Content-Type", "")
    if posted.endpoint == "store" and not content_type.startswith(ENVELOPE_TYPE):
        return _wrapped(decode_event(body, limits.event))
    try:
        return Envelope.parse(body)
    except BadEnvelope as fault:
        raise bad_envelope(str(fault)) from fault


def _wrapped(body: bytes) -> Envelope:
    """The event of ``/store/`` as an envelope; an old SDK's transaction comes in this way too."""
    content = _mapping(body)
    kind = "transaction" if content.get("type") == "transaction" else "event"
    return Envelope({}, [Item(kind, body, {"content_type": "application/json"})])


def _event(item: Item, limits: Limits) -> Event:
    if len(item.payload) > limits.event:
        raise too_large("the event", limits.event)
    return Event(item.payload, _mapping(item.payload))


def _mapping(payload: bytes) -> Mapping[str, object]:
    try:
        content = read_json(payload)
    except ValueError as fault:
        raise bad_json(str(fault)) from fault
    if not isinstance(content, dict):
        raise bad_json(f"an event is a JSON object, not {type(content).__name__}")
    return content


def _event_id(envelope: Envelope, event: Event | None) -> str | None:
    """The header's id wins over the event's own; an event without any is given one."""
    given = envelope.headers.get("event_id")
    if given is None and event:
        given = event.content.get("event_id")
    if given is None and not event:
        given = _wrapped_id(envelope)
    if given is None:
        return uuid.uuid4().hex if event else None
    try:
        return read_id(given)
    except ValueError as fault:
        raise bad_envelope(str(fault)) from fault


def _wrapped_id(envelope: Envelope) -> object:
    """The id in a transaction or feedback, where the envelope names none."""
    for item in envelope.items:
        if item.type in EVENT_TYPES:
            return _mapping(item.payload).get("event_id")
    return None
