"""An event, put together from what happened and from what is the same for every event."""

from __future__ import annotations

import os
import sys
import time
from typing import TYPE_CHECKING, Any, cast

from rookery.event import fitting
from rookery.event.budget import asking
from rookery.event.chain import exception_values
from rookery.event.contexts import machine_contexts
from rookery.event.frames import FrameReader
from rookery.event.ids import random_bytes
from rookery.event.location import Boundaries
from rookery.event.modules import installed
from rookery.event.plain import WHOLE, plain
from rookery.event.scrubbing import SECRETS
from rookery.event.telling import Teller
from rookery.event.text import safe_str
from rookery.event.threads import crashed, program_frame, stopped_here
from rookery.transport.guard import watch_collector
from rookery.version import SDK_NAME, SDK_PACKAGE, VERSION

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from rookery.types import Event, Level

FILLED_IN = ("release", "environment", "server_name", "dist")


class Assembler:
    """Makes events as one client's options want them."""

    def __init__(
        self,
        options: Mapping[str, Any],
        secrets: frozenset[str] = SECRETS,
        integrations: Collection[str] = (),
    ) -> None:
        self.teller = Teller(options["custom_repr"], options["max_value_length"], secrets)
        boundaries = Boundaries(
            tuple(options["in_app_include"]),
            tuple(options["in_app_exclude"]),
            options["project_root"],
        )
        self.frames = FrameReader(
            boundaries,
            variables=self.teller.variables if options["include_local_variables"] else None,
            source=options["include_source_context"],
            callers=options["add_full_stack"],
            most=options["max_stack_frames"],
        )
        given = {name: options[name] for name in FILLED_IN}
        given["server_name"] = given["server_name"] or host_name()
        self.filled_in = {name: value for name, value in given.items() if value}
        self.attaches_stack: bool = options["attach_stacktrace"]
        self.integrations = integrations
        watch_collector()  # what it calls amid the telling of an event is heard

    def exception(
        self,
        exception: BaseException,
        mechanism: Mapping[str, Any],
        details: Mapping[str, Any],
    ) -> Event:
        """The event of an exception, with all that led to it."""
        capturing = program_frame(sys._getframe()) if self.frames.callers else None  # noqa: SLF001
        told = asking(exception_values, exception, dict(mechanism), self.frames, capturing)
        event = {"level": "error", **details, "exception": {"values": told.values}}
        thread = crashed() if mechanism.get("handled") is False else None
        if thread is not None:
            event["threads"] = {"values": [thread]}
            told.values[-1]["thread_id"] = thread["id"]
        if told.cuts:
            event["_meta"] = {"exception": {"values": cut_stacks(told.cuts)}}
        return cast("Event", event)

    def message(self, text: object, level: Level) -> Event:
        """The event of a message."""
        return {"level": level, "logentry": {"formatted": safe_str(text)}}

    def given(self, event: Mapping[str, Any]) -> Event:
        """A ready-made event, in strict JSON; the caller's own is left alone."""
        told: dict[str, Any] = plain(dict(event), WHOLE)
        message = told.pop("message", None)  # sentry-sdk's spelling
        if message is not None:
            told.setdefault("logentry", {"formatted": safe_str(message)})
        told = fitting.given(told)
        self.frames.place_given(told)
        return cast("Event", told)

    def complete(self, event: Event, trace: Mapping[str, str]) -> None:
        """Fill in what the event does not say itself."""
        whole = cast("dict[str, Any]", event)
        whole.setdefault("event_id", new_event_id())
        whole.setdefault("timestamp", time.time())
        whole.setdefault("platform", "python")
        whole.setdefault("level", "error")
        if self.attaches_stack and "exception" not in whole:
            whole.setdefault("threads", {"values": [stopped_here(self.frames)]})
        for name, value in self.filled_in.items():
            whole.setdefault(name, value)
        if "argv" in self.integrations:
            whole.setdefault("extra", {}).setdefault("sys.argv", plain(list(sys.argv or ())))
        if "modules" in self.integrations:
            whole.setdefault("modules", installed().copy())
        self.teller.cut_messages(event)
        contexts = whole.setdefault("contexts", {})
        for name, context in (*machine_contexts().items(), ("trace", dict(trace))):
            contexts.setdefault(name, context)
        whole.setdefault("sdk", sdk_info(self.integrations))


def cut_stacks(cuts: Mapping[int, int]) -> dict[str, Any]:
    """The annotation of stacks that were longer than what is told of them (protocol: _meta)."""
    return {str(at): {"stacktrace": {"frames": {"": {"len": n}}}} for at, n in cuts.items()}


def new_event_id() -> str:
    """A random UUID (RFC 9562, version 4) as 32 hexadecimal digits."""
    digits = random_bytes().hex()
    return f"{digits[:12]}4{digits[13:16]}{'89ab'[int(digits[16], 16) & 3]}{digits[17:]}"


def sdk_info(integrations: Iterable[str]) -> dict[str, Any]:
    """Who made the event (protocol: SDK info)."""
    return {
        "name": SDK_NAME,
        "version": VERSION,
        "packages": [{"name": SDK_PACKAGE, "version": VERSION}],
        "integrations": sorted(integrations),
    }


def host_name() -> str:
    """The machine's name, without a look-up in the network."""
    if hasattr(os, "uname"):
        return os.uname().nodename
    import socket

    return socket.gethostname()
