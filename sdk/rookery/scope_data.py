"""What a scope knows of the circumstances, and what it tells an event of them.

Rule 1: of scalars (level, user, fingerprint, transaction) the most specific scope has the last
        word; maps are merged key by key; breadcrumbs and attachments are appended.
Rule 2: level, tags, extra and contexts beat the event's own; the others fill gaps.
"""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, Any

from rookery.event import fitting
from rookery.event.budget import budgeted
from rookery.event.noted import joined
from rookery.event.plain import plain
from rookery.event.text import cut, safe_str
from rookery.harmless import harmless

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from typing_extensions import Self

    from rookery.attachments import Attachment
    from rookery.processors import ErrorProcessor
    from rookery.propagation import PropagationContext
    from rookery.types import Breadcrumb, Event, EventProcessor, Level

    Tell = Callable[[object], Any]
    """A value in plain JSON types."""

MAX_TAG_KEY, MAX_TAG = 32, 200
MAX_FLAGS = 100
SCALARS = ("level", "user", "fingerprint", "transaction", "transaction_source", "trace")
MAPS = ("tags", "extra", "contexts", "attributes")


class ScopeData:
    """The data of a scope, and how it is set."""

    def __init__(self) -> None:
        self._event_processors: list[EventProcessor] = []
        self._error_processors: list[tuple[ErrorProcessor, type[BaseException]]] = []
        self.clear()

    def clear(self) -> None:
        """Forget everything but the client and the processors."""
        self.tags: dict[str, str] = {}
        self.extra: dict[str, Any] = {}
        self.contexts: dict[str, Mapping[str, Any]] = {}
        self.attributes: dict[str, Any] = {}
        self.flags: dict[str, Any] = {}
        self.user: Mapping[str, Any] | None = None
        self.level: Level | None = None
        self.fingerprint: Sequence[str] | None = None
        self.transaction: str | None = None
        self.transaction_source: str | None = None
        self.breadcrumbs: deque[Breadcrumb] = deque(maxlen=0)
        self.crumbs_forgotten = 0
        self.attachments: list[Attachment] = []
        self.trace: PropagationContext | None = None
        self.event_id: str | None = None

    def fork(self) -> Self:
        """A copy that goes its own way."""
        forked = object.__new__(type(self))
        forked.__dict__.update({name: _copied(value) for name, value in self.__dict__.items()})
        return forked

    __copy__ = fork

    @harmless(None)
    def set_tag(self, key: str, value: object) -> None:
        """A value to search events by, as text of at most 200 characters; None takes it away."""
        name = fitting.tag_name(key)[:MAX_TAG_KEY]
        text = "" if value is None else cut(safe_str(value).replace("\n", " "), MAX_TAG)
        if name and text and not text.isspace():
            self.tags[name] = text
        else:  # a server takes none that is empty
            self.tags.pop(name, None)

    @harmless(None)
    @budgeted
    def set_tags(self, tags: Mapping[str, object]) -> None:
        """Several tags at once."""
        for key, value in tags.items():
            self.set_tag(key, value)

    def remove_tag(self, key: str) -> None:
        """Forget a tag, if there is one of this name."""
        self.set_tag(key, None)

    def set_extra(self, key: str, value: object) -> None:
        """Anything worth knowing; it is read when an event is captured."""
        self.extra[key] = value

    def remove_extra(self, key: str) -> None:
        """Forget it, if it is there."""
        self.extra.pop(key, None)

    def set_context(self, key: str, value: Mapping[str, Any]) -> None:
        """A titled table of facts."""
        self.contexts[key] = value

    def remove_context(self, key: str) -> None:
        """Forget it, if it is there."""
        self.contexts.pop(key, None)

    def set_attribute(self, attribute: str, value: object) -> None:
        """A fact for logs and metrics, which have attributes as errors have tags."""
        self.attributes[attribute] = value

    def set_attributes(self, attributes: Mapping[str, object]) -> None:
        """Several attributes at once."""
        self.attributes.update(attributes)

    def remove_attribute(self, attribute: str) -> None:
        """Forget it, if it is there."""
        self.attributes.pop(attribute, None)

    def set_user(self, value: Mapping[str, Any] | None) -> None:
        """Who is affected: ``id``, ``username``, ``email``, ``ip_address``, and what else you like."""
        self.user = value

    def set_level(self, value: Level | None) -> None:
        """The level of every event, whatever the event itself says."""
        self.level = value

    def set_transaction_name(self, name: str, source: str | None = None) -> None:
        """The route, task or function that is at work; ``source`` says what kind of name it is."""
        self.transaction = name
        self.transaction_source = source or self.transaction_source

    def add_attachment(
        self,
        bytes: bytes | Callable[[], bytes] | None = None,  # noqa: A002  # sentry-sdk's own name
        filename: str | None = None,
        path: str | None = None,
        content_type: str | None = None,
        add_to_transactions: bool = False,
    ) -> None:
        """Have a file travel with each event: see :class:`~rookery.attachments.Attachment`."""
        from rookery.attachments import Attachment

        self.attachments.append(
            Attachment(bytes, filename, path, content_type, add_to_transactions)
        )

    def add_flag(self, name: str, value: object) -> None:
        """A feature flag was asked for; the 100 that were asked for last are kept."""
        self.flags.pop(name, None)
        self.flags[name] = value
        if len(self.flags) > MAX_FLAGS:
            self.flags.pop(next(iter(self.flags)), None)

    def add_event_processor(self, func: EventProcessor) -> None:
        """Have ``func(event, hint)`` called before an event is sent; None drops it."""
        self._event_processors.append(func)

    def add_error_processor(
        self, func: ErrorProcessor, cls: type[BaseException] | None = None
    ) -> None:
        """Have ``func(event, exc_info)`` called for exceptions, of class ``cls`` or below it."""
        self._error_processors.append((func, cls or BaseException))

    def update(self, **given: Any) -> None:
        """What a call of ``capture_...`` may give, each by its name in :data:`SETTERS`."""
        for name, value in given.items():
            if value is not None:
                self._set(name, value)

    update_from_kwargs = update

    @harmless(None)
    def _set(self, name: str, value: object) -> None:
        SETTERS[name](self, value)

    def update_from_scope(self, scope: ScopeData) -> None:
        """What another scope knows, on top of what this one does; processors are no knowledge."""
        for name in SCALARS:
            if getattr(scope, name) is not None:
                setattr(self, name, getattr(scope, name))
        for name in MAPS:
            getattr(self, name).update(getattr(scope, name))
        for name, value in scope.flags.items():
            self.add_flag(name, value)
        self.attachments += scope.attachments
        self.breadcrumbs = deque((*self.breadcrumbs, *scope.breadcrumbs))
        self.crumbs_forgotten += scope.crumbs_forgotten

    def clear_breadcrumbs(self) -> None:
        """Forget what happened so far."""
        self.breadcrumbs.clear()
        self.crumbs_forgotten = 0

    def keep_crumb(self, crumb: Breadcrumb, most: int) -> None:
        """The crumb, and the ``most - 1`` before it."""
        ring = self.breadcrumbs
        if ring.maxlen != most:
            ring = self.breadcrumbs = deque(ring, maxlen=most)
        self.crumbs_forgotten += len(ring) == most
        ring.append(crumb)

    def add_to(self, event: Event, tell: Tell = plain) -> None:
        """What this scope has the last word on: level, the maps, the lists."""
        if self.level is not None:
            event["level"] = fitting.level(self.level, event.get("level", "error"))
        if self.tags:
            event.setdefault("tags", {}).update(self.tags)
        if self.extra:
            event["extra"] = joined(event.get("extra") or {}, tell(self.extra))
        if self.contexts:
            event.setdefault("contexts", {}).update(fitting.contexts(tell(self.contexts)))
        if self.flags:
            self._add_flags(event)
        if self.breadcrumbs:
            self._add_breadcrumbs(event)

    def _add_flags(self, event: Event) -> None:
        told = event.setdefault("contexts", {}).setdefault("flags", {"values": []})
        others = [entry for entry in told["values"] if entry["flag"] not in self.flags]
        own = [{"flag": name, "result": value} for name, value in plain(self.flags).items()]
        told["values"] = (others + own)[-MAX_FLAGS:]

    def _add_breadcrumbs(self, event: Event) -> None:
        crumbs = event.setdefault("breadcrumbs", {"values": []})
        noted = list(self.breadcrumbs)  # at once: a signal handler may add to them
        crumbs["values"] += [crumb.copy() for crumb in noted]
        if self.crumbs_forgotten:
            note = event.setdefault("_meta", {}).setdefault("breadcrumbs", {})
            note[""] = {"len": len(crumbs["values"]) + self.crumbs_forgotten}

    def fill(self, event: Event) -> None:
        """What the event, or a more specific scope, may have said already."""
        if self.user is not None and "user" not in event:
            event["user"] = fitting.user(plain(self.user))
        if self.fingerprint and "fingerprint" not in event:
            event["fingerprint"] = [safe_str(part) for part in self.fingerprint]
        if self.transaction and "transaction" not in event:
            event["transaction"] = cut(safe_str(self.transaction), MAX_TAG)
            if self.transaction_source:
                event.setdefault("transaction_info", {"source": self.transaction_source})


def _copied(value: Any) -> Any:
    return value.copy() if isinstance(value, (dict, list, deque)) else value


SETTERS: dict[str, Callable[[Any, Any], object]] = {
    "user": ScopeData.set_user,
    "level": ScopeData.set_level,
    "extras": lambda scope, value: scope.extra.update(value),
    "contexts": lambda scope, value: scope.contexts.update(value),
    "tags": ScopeData.set_tags,
    "fingerprint": lambda scope, value: setattr(scope, "fingerprint", value),
    "attributes": ScopeData.set_attributes,
}


def apply_scopes(event: Event, scopes: Sequence[ScopeData], tell: Tell = plain) -> None:
    """Tell the event of all the scopes, the most specific last; values in the words of ``tell``."""
    for scope in scopes:
        scope.add_to(event, tell)
    for scope in reversed(scopes):
        scope.fill(event)
