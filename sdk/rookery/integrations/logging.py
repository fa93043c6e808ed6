"""Log records: breadcrumbs from ``INFO`` on, events from ``ERROR`` on.

``Logger.callHandlers`` is wrapped. A handler on the root logger would need no patch, but would
silence Python's handler of last resort, turn ``basicConfig`` into nothing, vanish with the next
``dictConfig``, and miss every logger that does not propagate.

Who would rather attach handlers has :class:`BreadcrumbHandler` and :class:`EventHandler`, beside
``LoggingIntegration(level=None, event_level=None)``.

A logged line costs its caller time whether or not anything goes wrong later, so what happens to
each record takes the short way where there is one.
"""

from __future__ import annotations

import logging
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any, cast

from rookery.event.budget import budgeted
from rookery.event.plain import bounded, plain
from rookery.event.text import safe_str
from rookery.harmless import LOGGER, harmless
from rookery.integrations import Integration, active
from rookery.scopes import get_client, get_isolation_scope
from rookery.transport.guard import delivering, is_delivering, unheard

if TYPE_CHECKING:
    from collections.abc import Callable

    from rookery.client import Client
    from rookery.types import Breadcrumb, Hint, Level

MECHANISM = {"type": "logging", "handled": True}
LEVELS: tuple[tuple[int, Level], ...] = (
    (logging.CRITICAL, "fatal"),
    (logging.ERROR, "error"),
    (logging.WARNING, "warning"),
    (logging.INFO, "info"),
)
KNOWN = dict(LEVELS)
OF_ALL = frozenset(vars(logging.makeLogRecord({})))
STANDARD = OF_ALL | {"message", "asctime", "taskName"}
"""Attributes of every record, at first and after formatting; others were given as ``extra``."""
HARMLESS = frozenset((str, int, float, bool, type(None)))
"""Classes whose formatting runs no code of the program's."""

_ignored: set[str] = {LOGGER}
_patterns: list[str] = []


def ignore_logger(name: str) -> None:
    """Make nothing of this logger's records; ``*`` in the name stands for any text."""
    if "*" in name:
        _patterns.append(name)
    else:
        _ignored.add(name)


def unignore_logger(name: str) -> None:
    """Take back what was said to :func:`ignore_logger` in the same words."""
    if "*" in name:
        _patterns[:] = [pattern for pattern in _patterns if pattern != name]
    elif name != LOGGER:
        _ignored.discard(name)


def is_ignored(name: str) -> bool:
    """Whether the logger was given to :func:`ignore_logger`."""
    if name in _ignored:
        return True
    return bool(_patterns) and any(fnmatchcase(name, pattern) for pattern in _patterns)


class LoggingIntegration(Integration):
    """Watches :mod:`logging`; a level of None switches that half off.

    ``sentry_logs_level`` and ``capture_sentry_logs`` are for logs, which are not sent yet.
    """

    identifier = "logging"

    def __init__(
        self,
        level: int | None = logging.INFO,
        event_level: int | None = logging.ERROR,
        sentry_logs_level: int | None = None,
        capture_sentry_logs: bool | None = None,
    ) -> None:
        self.level = level
        self.event_level = event_level
        logs = {"sentry_logs_level": sentry_logs_level, "capture_sentry_logs": capture_sentry_logs}
        given = (name for name, value in logs.items() if value is not None)
        self.idle = tuple(f"LoggingIntegration({name})" for name in given)

    @staticmethod
    def setup_once() -> None:
        """Wrap ``Logger.callHandlers``."""
        handle = logging.Logger.callHandlers

        def call_handlers(self: logging.Logger, record: logging.LogRecord) -> None:
            try:
                handle(self, record)
            finally:
                _watch(record)

        logging.Logger.callHandlers = call_handlers  # type: ignore[method-assign]

    def watch(self, client: Client, record: logging.LogRecord) -> None:
        """Make of the record what its level asks for."""
        if self.event_level is not None and record.levelno >= self.event_level:
            capture(client, record)
        if self.level is not None and record.levelno >= self.level:
            note(client, record)


class BreadcrumbHandler(logging.Handler):
    """Makes a breadcrumb of each record that it is given, wherever it is attached."""

    def emit(self, record: logging.LogRecord) -> None:
        """Note the record for the events that follow."""
        _given_by_hand(note, record)


class EventHandler(logging.Handler):
    """Makes an event of each record that it is given, wherever it is attached."""

    def emit(self, record: logging.LogRecord) -> None:
        """Capture the record."""
        _given_by_hand(capture, record)


SentryHandler = EventHandler
"""The name that it has in sentry-sdk too."""


@harmless(None)
def _given_by_hand(
    make: Callable[[Client, logging.LogRecord], object], record: logging.LogRecord
) -> None:
    client = get_client()
    if client.is_active() and not is_delivering() and not is_ignored(record.name):
        make(cast("Client", client), record)


@harmless(None)
def _watch(record: logging.LogRecord) -> None:
    if (delivering.get() and is_delivering()) or is_ignored(record.name):
        return
    found = active(LoggingIntegration)
    if found is not None:
        client, integration = found
        integration.watch(client, record)


def level_of(record: logging.LogRecord) -> Level:
    """The event level for the record's number."""
    known = KNOWN.get(record.levelno)
    if known is not None:
        return known
    for number, level in LEVELS:
        if record.levelno >= number:
            return level
    return "debug"


def text_of(record: logging.LogRecord) -> str:
    """The message with its arguments; without them, if they do not fit."""
    if not record.args:
        return safe_str(record.msg)
    formatted = vars(record).get("message")  # a handler was there before us
    if formatted is not None:
        return safe_str(formatted)
    try:
        if type(record) is not logging.LogRecord:
            return safe_str(unheard(record.getMessage))
        if _are_harmless(record.args):
            return safe_str(record.getMessage())
        return safe_str(unheard(_formatted, record.msg, record.args))
    except Exception:  # noqa: BLE001  # the arguments are the host's
        return safe_str(record.msg)


def _formatted(template: object, args: Any) -> str:
    """``template % args``, in which nothing is written without an end."""
    text = template if isinstance(template, str) else safe_str(template)
    if type(args) is dict:
        return text % {name: bounded(value) for name, value in args.items()}
    return text % (tuple(map(bounded, args)) if type(args) is tuple else args)


def _are_harmless(args: object) -> bool:
    return type(args) is tuple and HARMLESS.issuperset(map(type, args))


def note(client: Client, record: logging.LogRecord) -> None:
    """The record as a breadcrumb of the events that follow."""
    hint: Hint = {"log_record": record}
    get_isolation_scope().keep_breadcrumb(client, breadcrumb(record), hint)


def breadcrumb(record: logging.LogRecord) -> Breadcrumb:
    """The record as a breadcrumb, in plain JSON types."""
    crumb: Breadcrumb = {
        "type": "log",
        "level": level_of(record),
        "category": safe_str(record.name),
        "message": text_of(record),
        "timestamp": record.created,
    }
    extra = extra_of(record)
    if extra:
        crumb["data"] = extra
    return crumb


_told = budgeted(plain)
"""A record that is a breadcrumb alone has a budget for this and no other."""


def extra_of(record: logging.LogRecord) -> dict[str, Any]:
    """What was given as ``extra``, in plain JSON types."""
    own = vars(record)
    if len(own) == len(OF_ALL) or own.keys() <= STANDARD:
        return {}
    told: dict[str, Any] = _told({name: own[name] for name in own.keys() - STANDARD})
    return told


@budgeted
def capture(client: Client, record: logging.LogRecord) -> None:
    """The record as an event: of its exception if it has one, else of its text.

    A record that asks for the stack (``stack_info``, or ``exc_info`` where nothing is handled) has it.
    """
    details = {
        "level": level_of(record),
        "logger": record.name,
        "logentry": logentry(record),
        "timestamp": record.created,
    }
    extra = extra_of(record)
    if extra:
        details["extra"] = extra
    error = record.exc_info[1] if record.exc_info else None
    if error is None:
        asks = bool(record.stack_info or record.exc_info)
        client.capture_event(details, {"log_record": record}, with_stack=asks)
    else:
        client.capture_exception(
            error, mechanism=MECHANISM, hint={"log_record": record}, details=details
        )


def logentry(record: logging.LogRecord) -> dict[str, Any]:
    """The text, and what it was made of (protocol: message)."""
    formatted = text_of(record)
    if not record.args:
        return {"message": formatted, "params": [], "formatted": formatted}
    params = cast("Any", record.args)
    listed = params if isinstance(params, (dict, tuple)) else [params]
    return {"message": safe_str(record.msg), "params": plain(listed), "formatted": formatted}
