"""Options in, envelopes out: the client knows what to tell, its transport how to send it.

No lock is taken on the way, and after the first event (:meth:`Client._load`) no module imported:
an event may be captured in a signal handler, in ``__del__``, or in an exit handler.
"""

from __future__ import annotations

import sys
from importlib import import_module
from types import MappingProxyType
from typing import TYPE_CHECKING, Any
from weakref import WeakSet

from rookery import options as declared
from rookery.dsn import Dsn
from rookery.event import filters, fitting
from rookery.event.budget import budgeted
from rookery.event.dedupe import forget, is_repeated
from rookery.harmless import harmless, note, tell, tell_of_failures
from rookery.item_types import ITEM_TYPES
from rookery.lifecycle import Lifecycle, find_transport, let_go_of_settled
from rookery.nonrecording import NonRecordingClient
from rookery.propagation import is_target
from rookery.release import current_folder, detect_release
from rookery.scope_data import apply_scopes
from rookery.scopes import get_isolation_scope, scopes_in_force, trace_in_force
from rookery.scrubber import EventScrubber, secrets_of
from rookery.transport.contract import NOTHING
from rookery.transport.guard import is_delivering
from rookery.transport.loading import is_preparing, prepare, put_off

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from rookery import pipeline  # noqa: TC004  # bound by `_load`, at the first event
    from rookery.event.assemble import Assembler
    from rookery.integrations import Integration
    from rookery.scopes import Scope
    from rookery.transport.contract import Transport
    from rookery.types import Event, ExcInfo, Hint, Level

    GivenScope = Scope | Callable[[Scope], object] | None
    """What a call may be told by: a scope, or a function that is given one to fill."""
    Make = Callable[[Assembler], Event]
    """Makes the event. Called once all that it takes is loaded."""

__all__ = ["BaseClient", "Client", "NonRecordingClient"]
GENERIC = {"type": "generic", "handled": True}
"""The mechanism of what the program itself captures."""
FAILED = "internal_sdk_error"
"""The reason of a loss that is our own fault, or that of a stack without room."""
NEEDED = ("event_id", "timestamp", "platform")
"""What no event may be without (protocol: top-level attributes)."""
living: WeakSet[Client] = WeakSet()
"""Every client that has not been forgotten: one that was replaced may have events to send."""


class Client(Lifecycle):
    """One destination: its options, its integrations and the transport that it owns.

    Raises :class:`~rookery.errors.UnknownOption` (TypeError) and
    :class:`~rookery.errors.ConfigurationError` (ValueError); after that, nothing.
    """

    def __init__(self, dsn: str | Dsn | None = None, **options: Any) -> None:
        environ = declared.environ()
        self._given = {**options, "dsn": dsn}
        resolved = declared.resolve(self._given, environ)
        self.options: Mapping[str, Any] = MappingProxyType(resolved.client)
        self.dsn = Dsn.parse(self.options["dsn"]) if self.options["dsn"] else None
        self.transport: Transport | None = find_transport(self.dsn, resolved, environ)
        self.integrations: dict[str, Integration] = {}
        resolved.client["project_root"] = self.options["project_root"] or current_folder()
        if self.transport is not None and self.options["release"] is None:
            resolved.client["release"] = detect_release(current_folder() or "", environ)
        scrubber = self.options["event_scrubber"] or EventScrubber(
            send_default_pii=self.options["send_default_pii"]
        )
        self._scrub: Callable[[Event], object] = scrubber.scrub_event
        self._secrets = secrets_of(scrubber)
        self._assembler: Assembler | None = None
        living.add(self)
        let_go_of_settled()
        tell_of_failures(self.options["debug"])
        if resolved.idle:
            note(f"accepted, and without effect in this version: {', '.join(resolved.idle)}")
        if self.transport is not None:
            # By name: what watches libraries knows the core, never the reverse.
            self.integrations = import_module("rookery.integrations").set_up(self.options)

    def __reduce__(self) -> tuple[object, ...]:
        """Pickled as what it was made of: the copy has a transport of its own."""
        return _made_of, (type(self), self._given)

    def should_send_default_pii(self) -> bool:
        """Whether the program wants to tell what identifies a person."""
        return bool(self.options["send_default_pii"])

    def get_integration(self, name_or_class: str | type[Integration]) -> Integration | None:
        """The integration, if this client has it switched on."""
        name = name_or_class if isinstance(name_or_class, str) else name_or_class.identifier
        return self.integrations.get(name)

    @harmless(None)
    @budgeted
    def capture_exception(
        self,
        error: BaseException | ExcInfo | None = None,
        scope: GivenScope = None,
        *,
        mechanism: Mapping[str, Any] = GENERIC,
        hint: Hint | None = None,
        details: Mapping[str, Any] = NOTHING,
        **given: Any,
    ) -> str | None:
        """Send an exception, by default the one that is being handled. The event's id, or None.

        ``details`` are further parts of the event, in plain JSON types; ``given`` is for
        :meth:`Scope.update`.
        """
        exception = error if isinstance(error, BaseException) else (error or sys.exc_info())[1]
        if exception is None or not self._wants(exception, details.get("logger")):
            return None
        raised = (type(exception), exception, exception.__traceback__)
        return self._send(
            lambda assembler: assembler.exception(exception, mechanism, details),
            {"exc_info": raised, **(hint or {})},
            scope,
            given,
        )

    @harmless(None)
    @budgeted
    def capture_message(
        self, message: str, level: Level | None = None, scope: GivenScope = None, **given: Any
    ) -> str | None:
        """Send a text. The event's id, or None."""
        if not self._wants(None):
            return None
        return self._send(
            lambda by: by.message(message, fitting.level(level, "info")), {}, scope, given
        )

    @harmless(None)
    @budgeted
    def capture_event(
        self,
        event: Mapping[str, Any],
        hint: Hint | None = None,
        scope: GivenScope = None,
        *,
        with_stack: bool = False,
        **given: Any,
    ) -> str | None:
        """Send a ready-made event (protocol: event payload). The event's id, or None.

        ``with_stack`` adds that of this thread, as the option ``attach_stacktrace`` does to all.
        """
        raised = (hint or {}).get("exc_info") or (None, None, None)
        if not self._wants(raised[1], event.get("logger")):
            return None
        return self._send(
            lambda made_by: pipeline.ready_made(made_by, event, with_stack),
            hint or {},
            scope,
            given,
        )

    @harmless(None)
    @budgeted
    def capture_feedback(
        self,
        message: str,
        hint: Hint | None = None,
        scope: GivenScope = None,
        *,
        facts: Mapping[str, object] = NOTHING,
        **given: Any,
    ) -> str | None:
        """Send what a user wrote (protocol: feedback); ``facts`` go into ``contexts.feedback``."""
        if not self.is_active() or is_delivering():
            return None
        from rookery.event.feedback import feedback_event  # for the few programs that ask users

        return self._send(
            lambda _: feedback_event(message, facts), hint or {}, scope, given, "feedback"
        )

    def _wants(self, exception: BaseException | None, logger: object = None) -> bool:
        """Whether to build the event at all; what the SDK itself does is never captured."""
        if not self.is_active() or is_delivering():
            return False
        reason = filters.early_loss(exception, self.options, logger)
        if reason is None and exception is not None and "dedupe" in self.integrations:
            reason = filters.IGNORED if is_repeated(exception) else None
        if reason is not None:
            self._lost(reason)
        return reason is None

    def _send(
        self,
        make: Make,
        hint: Hint,
        scope: GivenScope,
        given: Mapping[str, Any],
        kind: str = "event",
    ) -> str | None:
        try:
            if self._assembler is None:
                if is_preparing():
                    put_off(self._send, make, hint, scope, given, kind)
                    return None
                prepare(self._load)
            assert self._assembler is not None, "just loaded"
            return self._sent(self._assembler, make, hint, scope, given, kind)
        except Exception:  # noqa: BLE001  # whatever it is, the host has not asked for it
            tell("an event could not be sent")
            raised = hint.get("exc_info")
            if raised and raised[1] is not None:
                forget(raised[1])  # with no more calls than it took to remember it
            self._lost(FAILED, ITEM_TYPES[kind][0][0])
            return None

    def _load(self) -> None:
        """What makes an event; most programs never need it."""
        from rookery.event.assemble import Assembler

        globals()["pipeline"] = import_module("rookery.pipeline")
        self._assembler = Assembler(self.options, self._secrets, self.integrations)

    def _sent(
        self,
        assembler: Assembler,
        make: Make,
        hint: Hint,
        scope: GivenScope,
        given: Mapping[str, Any],
        kind: str,
    ) -> str | None:
        event = make(assembler)
        scopes = pipeline.scopes_of_call(scopes_in_force(), scope, given)
        trace = trace_in_force()
        apply_scopes(event, scopes, assembler.teller.plain)
        assembler.complete(event, trace.context)
        needed: Any = {name: value for name, value in event.items() if name in NEEDED}
        hint = pipeline.with_attachments(hint, scopes)
        kept, reason = pipeline.passed(event, hint, scopes, self.options, kind, self._scrub)
        if kept is None:
            self._forget(hint, reason)
            self._lost(reason, ITEM_TYPES[kind][0][0])
            return None
        kept = {**needed, **kept}  # a hook may have made an event of its own
        dsc = trace.told(self.trace_facts) if self.trace_facts else NOTHING
        most = self.options["max_attachment_size"]
        if not self._submit(pipeline.parcel(kind, kept, hint, dsc, most, self._lost)):
            return None
        if kind == "event":
            get_isolation_scope().event_id = kept["event_id"]
        return kept["event_id"]

    @staticmethod
    def _forget(hint: Hint, reason: str) -> None:
        """An exception whose event ``before_send`` dropped may be captured again."""
        raised = hint.get("exc_info")
        if reason == filters.HOOK and raised and raised[1] is not None:
            forget(raised[1])

    @property
    def org_id(self) -> str | None:
        """The organization at the server, as far as it is known."""
        declared_id: str | None = self.options["org_id"]
        return declared_id or (self.dsn.org_id if self.dsn else None)

    @property
    def trace_facts(self) -> Mapping[str, object]:
        """What a trace that begins here says of us (protocol: dynamic sampling context)."""
        if self.dsn is None:
            return NOTHING
        return {
            "public_key": self.dsn.public_key,
            "release": self.options["release"],
            "environment": self.options["environment"],
            "org_id": self.org_id,
        }

    def tells_trace_to(self, url: str | None) -> bool:
        """Whether a request to ``url`` carries our trace; None stands for any target."""
        targets: tuple[Any, ...] = self.options["trace_propagation_targets"]
        return url is None or is_target(url, self.dsn.netloc if self.dsn else None, targets)


BaseClient = Client | NonRecordingClient
"""Either, by the name that sentry-sdk has for it: for annotations and ``isinstance``."""


def _made_of(kind: type[Client], given: dict[str, Any]) -> Client:
    return kind(**given)
