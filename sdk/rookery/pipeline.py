"""From an event that was put together to an envelope (protocol: pipeline).

What the program's own hooks return is taken as plain JSON again; each loss has its reason.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple, cast

from rookery.envelope import Envelope, Item
from rookery.event import filters
from rookery.event.plain import WHOLE, plain
from rookery.event.threads import stopped_here
from rookery.event.trimming import fit
from rookery.harmless import tell
from rookery.processors import processed
from rookery.scopes import Scope
from rookery.transport.guard import unheard

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from rookery.event.assemble import Assembler
    from rookery.types import Event, Hint

    Lost = Callable[[str, str, int], object]
    """Told the reason, the category and the quantity of a loss."""


class Passed(NamedTuple):
    """The event that is left, or why there is none."""

    event: Event | None
    reason: str = ""


def ready_made(made_by: Assembler, event: Mapping[str, Any], with_stack: bool) -> Event:
    """The event that a call gave, with the stack of this thread if that was asked for."""
    told = made_by.given(event)
    if with_stack:
        told.setdefault("threads", {"values": [stopped_here(made_by.frames)]})
    return told


def scopes_of_call(
    in_force: Sequence[Scope],
    scope: Scope | Callable[[Scope], object] | None,
    given: Mapping[str, Any],
) -> list[Scope]:
    """What an event is told of: the scopes in force, a call's own, and what the call names.

    A function is given all that is in force as one scope, so that it can take something away.
    """
    scopes = list(in_force)
    if isinstance(scope, Scope):
        scopes.append(scope)
    elif scope is not None:
        scopes = [_merged(scopes)]
        scope(scopes[0])
    if given:
        scopes.append(Scope())
        scopes[-1].update(**given)
    return scopes


def _merged(scopes: Sequence[Scope]) -> Scope:
    merged = Scope()
    for scope in scopes:
        merged.update_from_scope(scope)
        merged._event_processors += scope._event_processors  # noqa: SLF001  # of our own family
        merged._error_processors += scope._error_processors  # noqa: SLF001
    return merged


def with_attachments(hint: Hint, scopes: Sequence[Scope]) -> Hint:
    """The hint, with what is to be attached as a list that hooks may edit."""
    own = hint.get("attachments") or ()
    return {**hint, "attachments": [*own, *(each for s in scopes for each in s.attachments)]}


def passed(
    event: Event,
    hint: Hint,
    scopes: Sequence[Scope],
    options: Mapping[str, Any],
    kind: str,
    scrub: Callable[[Event], object],
) -> Passed:
    """What processors, hooks and dice leave of the event. ``kind`` is the type of its item."""
    kept = processed(event, hint, scopes)
    if kept is None or not _scrubbed(kept, scrub):
        return Passed(None, filters.IGNORED)
    if kind == "event":
        return _asked(kept, hint, options)
    return Passed(kept)


def _scrubbed(event: Event, scrub: Callable[[Event], object]) -> bool:
    """Filter the event; one whose secrets may still be in it is not sent."""
    try:
        unheard(scrub, event)
    except Exception:  # noqa: BLE001  # a scrubber of the host's
        tell("event_scrubber failed; the event is dropped")
        return False
    return True


def _asked(event: Event, hint: Hint, options: Mapping[str, Any]) -> Passed:
    """What ``before_send`` and sampling leave of it, which is for errors and messages alone."""
    kept = _hooked(options["before_send"], event, hint)
    if kept is None:
        return Passed(None, filters.HOOK)
    reason = filters.late_loss(kept, hint, options)
    return Passed(kept) if reason is None else Passed(None, reason)


def _hooked(
    hook: Callable[[Event, Hint], Event | None] | None, event: Event, hint: Hint
) -> Event | None:
    """What ``before_send`` makes of the event; a hook that raises drops it."""
    if hook is None:
        return event
    try:
        kept = unheard(hook, event, hint)
    except Exception:  # noqa: BLE001  # the hook is the host's code
        tell("before_send failed; the event is dropped")
        return None
    return cast("Event", plain(kept, WHOLE)) if kept and isinstance(kept, dict) else None


def parcel(
    kind: str, event: Event, hint: Hint, dsc: Mapping[str, str], most: int, lost: Lost
) -> Envelope:
    """The event, what is attached to it, and the trace; attachments above ``most`` bytes stay."""
    headers: dict[str, object] = {"event_id": event["event_id"]}
    if dsc:
        headers["trace"] = dict(dsc)
    items = [Item.from_json(kind, event, fit=fit), *_attached(hint, most, lost)]
    return Envelope(headers, items)


def _attached(hint: Hint, most: int, lost: Lost) -> Iterator[Item]:
    for attachment in hint.get("attachments") or ():
        item = attachment.item(most)
        if item is None:
            continue
        if len(item.payload) > most:
            tell(f"the attachment {attachment.filename!r} is above max_attachment_size")
            lost("invalid", item.category, item.quantity)
        else:
            yield item
