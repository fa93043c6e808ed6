"""Which trace a request belongs to, and how it is told from one program to the next.

Rule 1: without tracing a trace is still continued, told and passed on (protocol: tracing without
        performance). Who knows it only passes it on says neither sampled nor not.
Rule 2: what is said of a trace is settled when it is first told to anybody, and never changes:
        an incoming trace is settled at once, as empty if it came without our ``baggage``.
Rule 3: a trace of another organisation is not continued; nothing that came with it is read.

Source: protocol, "Trace propagation"; W3C Trace Context and Baggage.
"""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

SENTRY_TRACE, BAGGAGE, TRACEPARENT = "sentry-trace", "baggage", "traceparent"
OURS = "sentry-"
"""What our members of a ``baggage`` begin with."""
NO = ("false", "f", "n", "no", "off", "0")
SAMPLED = {"1": True, "0": False, "": None}
VARIABLES = {"SENTRY_TRACE": SENTRY_TRACE, "SENTRY_BAGGAGE": BAGGAGE}
"""The environment of a program, and the headers that it stands for."""


class PropagationContext:
    """Where a request is in its trace. It changes once, when :meth:`told` settles the rest."""

    __slots__ = ("dsc", "parent_sampled", "parent_span_id", "span_id", "trace_id")

    def __init__(
        self,
        trace_id: str | None = None,
        span_id: str | None = None,
        parent: Parent | None = None,
        dsc: Mapping[str, str] | None = None,
    ) -> None:
        self.trace_id = trace_id or os.urandom(16).hex()
        self.span_id = span_id or os.urandom(8).hex()
        self.parent_span_id = parent.span_id if parent else None
        self.parent_sampled = parent.sampled if parent else None
        self.dsc = dsc
        """The dynamic sampling context; None as long as it is not settled."""

    @classmethod
    def incoming(
        cls, carrier: Mapping[Any, Any], org_id: str | None = None, *, strict: bool = False
    ) -> PropagationContext:
        """What the headers (or a WSGI ``environ``) of a request say; a new trace if nothing.

        ``org_id`` is our organisation's; ``strict`` asks that the other side names it too.
        """
        headers = {_header_name(name): _text(value) for name, value in carrier.items()}
        parent = parent_in(headers)
        theirs = members(headers.get(BAGGAGE, ""))
        if parent is None or not _is_continued(theirs.get("org_id"), org_id, strict):
            return cls()
        return cls(parent.trace_id, None, parent, theirs)

    def sibling(self) -> PropagationContext:
        """Another span below the same parent."""
        other = self.at(self.trace_id, os.urandom(8).hex())
        other.parent_span_id, other.parent_sampled = self.parent_span_id, self.parent_sampled
        return other

    def at(self, trace_id: str, span_id: str) -> PropagationContext:
        """Somewhere else; what is settled of a trace stays so."""
        return PropagationContext(
            trace_id, span_id, None, self.dsc if trace_id == self.trace_id else None
        )

    def told(self, facts: Mapping[str, object]) -> Mapping[str, str]:
        """The dynamic sampling context, settled from ``facts`` if this is the first departure."""
        if self.dsc is None:
            whole = {"trace_id": self.trace_id, "sample_rand": self.sample_rand, **facts}
            self.dsc = {name: str(value) for name, value in whole.items() if value}
        return self.dsc

    @property
    def sample_rand(self) -> str:
        """The trace's own chance in [0, 1), the same for all who know its id."""
        return f"0.{int(self.trace_id[16:], 16) % 1_000_000:06d}"

    @property
    def context(self) -> dict[str, str]:
        """``contexts.trace`` of an event."""
        told = {"trace_id": self.trace_id, "span_id": self.span_id}
        if self.parent_span_id:
            told["parent_span_id"] = self.parent_span_id
        return told

    @property
    def sentry_trace(self) -> str:
        """The value of the header ``sentry-trace``."""
        return f"{self.trace_id}-{self.span_id}"

    @property
    def traceparent(self) -> str:
        """The value of the W3C's header, which cannot say that nothing is decided."""
        return f"00-{self.trace_id}-{self.span_id}-{'01' if self.parent_sampled else '00'}"


class Parent(NamedTuple):
    """The span that called us."""

    trace_id: str
    span_id: str
    sampled: bool | None


def inherited_headers(environ: Mapping[str, str]) -> dict[str, str]:
    """What the program that started this one says of its trace, in the environment."""
    told = {header: environ.get(name, "") for name, header in VARIABLES.items()}
    if not told[SENTRY_TRACE] or environ.get("SENTRY_USE_ENVIRONMENT", "").strip().lower() in NO:
        return {}
    return told


def parent_in(headers: Mapping[str, str]) -> Parent | None:
    """From ``sentry-trace``, else from ``traceparent``; None where neither can be read."""
    return _sentry_trace(headers.get(SENTRY_TRACE, "")) or _w3c(headers.get(TRACEPARENT, ""))


def _sentry_trace(value: str) -> Parent | None:
    trace_id, _, rest = value.partition(",")[0].strip().partition("-")
    span_id, _, flag = rest.partition("-")
    if not (_is_hex(trace_id, 32) and _is_hex(span_id, 16) and flag in SAMPLED):
        return None
    return Parent(trace_id.lower(), span_id.lower(), SAMPLED[flag])


def _w3c(value: str) -> Parent | None:
    version, trace_id, span_id, flags, *more = [*value.strip().split("-"), "", "", "", ""][:5]
    ids = (version, 2), (trace_id, 32), (span_id, 16), (flags, 2)
    if not all(_is_hex(text, length) for text, length in ids) or version == "ff":
        return None
    if version == "00" and any(more):
        return None
    if not (int(trace_id, 16) and int(span_id, 16)):
        return None
    return Parent(trace_id.lower(), span_id.lower(), bool(int(flags, 16) & 1))


def _is_hex(text: str, length: int) -> bool:
    return len(text) == length and all(digit in "0123456789abcdefABCDEF" for digit in text)


def _is_continued(theirs: str | None, ours: str | None, strict: bool) -> bool:
    """Whether the organisations agree; one that is not named agrees, unless ``strict``."""
    if theirs and ours:
        return theirs == ours
    return not (strict and (theirs or ours))


def _header_name(name: object) -> str:
    """``HTTP_SENTRY_TRACE`` of a WSGI environ is ``sentry-trace``, as in any other case."""
    return _text(name).lower().replace("_", "-").removeprefix("http-")


def _text(value: object) -> str:
    if isinstance(value, bytes):
        return value.decode("latin-1")
    return value if isinstance(value, str) else ""


def members(baggage: str) -> dict[str, str]:
    """Our members of a ``baggage``, decoded, without the prefix."""
    from urllib.parse import unquote

    told = {}
    for name, value in _pairs(baggage):
        if name.startswith(OURS):
            told[name.removeprefix(OURS)] = unquote(value)
    return told


def _pairs(baggage: str) -> Iterator[tuple[str, str]]:
    for member in baggage.split(","):
        name, equals, value = member.partition(";")[0].partition("=")
        if equals:
            yield name.strip(), value.strip()


def baggage_of(dsc: Mapping[str, str]) -> str:
    """The value of the header ``baggage``; empty if there is nothing to say."""
    from urllib.parse import quote

    return ",".join(f"{OURS}{name}={quote(value, safe='')}" for name, value in dsc.items())


def headers_of(
    trace: PropagationContext, facts: Mapping[str, object], *, traceparent: bool = False
) -> dict[str, str]:
    """What a request carries; ``facts`` are those of :meth:`PropagationContext.told`, if any."""
    told = {SENTRY_TRACE: trace.sentry_trace}
    baggage = baggage_of(trace.told(facts)) if facts else ""
    if baggage:
        told[BAGGAGE] = baggage
    if traceparent:
        told[TRACEPARENT] = trace.traceparent
    return told


def meta_tags(headers: Mapping[str, str]) -> str:
    """The same as HTML."""
    from html import escape

    told = (f'<meta name="{name}" content="{escape(value)}">' for name, value in headers.items())
    return "".join(told)


def merged_baggage(present: str, ours: str) -> str:
    """A request's own ``baggage`` with our members instead of those of ours it had."""
    kept = [m.strip() for m in present.split(",") if not m.strip().startswith(OURS) and m.strip()]
    return ",".join([*kept, ours] if ours else kept)


def is_target(url: str, own_host: str | None, targets: tuple[Any, ...]) -> bool:
    """Whether a request to ``url`` is told the trace: texts and patterns; never our own server."""
    if own_host is not None and _host_in(url) == own_host.lower():
        return False
    import re

    return any(
        target in url or re.search(target, url) is not None
        if isinstance(target, str)
        else target.search(url) is not None
        for target in targets
    )


def _host_in(url: str) -> str:
    """``host[:port]`` as a DSN has it: without a scheme's own port."""
    scheme, _, rest = url.partition("://")
    host = rest.replace("?", "/").replace("#", "/").partition("/")[0].rpartition("@")[2].lower()
    own = {"http": ":80", "https": ":443"}.get(scheme.lower(), "")
    return host.removesuffix(own) if own else host


def opentelemetry_ids() -> tuple[str, str] | None:
    """Trace and span id of OpenTelemetry's current span, if the program has the library and one."""
    library = sys.modules.get("opentelemetry.trace")
    if library is None:
        return None
    try:
        found = library.get_current_span().get_span_context()
        return (f"{found.trace_id:032x}", f"{found.span_id:016x}") if found.is_valid else None
    except Exception:  # noqa: BLE001  # a library that is half imported, or not what we know
        return None
