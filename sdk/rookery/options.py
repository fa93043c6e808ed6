"""Every option of the client, declared once; the only reader of ``os.environ``.

Rule 1: an argument beats the environment, which beats the default. Rule 2: what is not declared
here is a setting of the transport (:mod:`rookery.transport.settings`), or an option of its own.
Rule 3: what sentry-sdk has and Rookery will have is in :data:`LATER`: checked, and said to do
nothing yet.
"""

from __future__ import annotations

import os
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple

from rookery.errors import ConfigurationError
from rookery.transport import conversions as to
from rookery.transport.declare import Kind, Option, Sources
from rookery.transport.settings import SETTINGS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from rookery.transport.declare import Found


def environ() -> Mapping[str, str]:
    """The environment as it is now, a copy."""
    return dict(os.environ)


def _anything(allowed: str, *, takes_text: bool = False) -> Kind:
    return Kind(allowed, lambda given: given, takes_text)


def _class_or_name(given: Any) -> Any:
    if not isinstance(given, (str, type)) or not given:
        raise TypeError
    return given


def _dsn(given: Any) -> str:
    if not isinstance(given, str) and not hasattr(given, "public_key"):
        raise TypeError
    return str(given).strip()


def _share_or_flag(given: Any) -> float:
    return float(given) if isinstance(given, bool) else float(SHARE.parse(given))


def _no_name(given: Any) -> Any:
    if isinstance(given, str):
        raise TypeError
    return given


def _url_pattern(given: Any) -> Any:
    if not isinstance(given, str) and not callable(getattr(given, "search", None)):
        raise TypeError
    return given


def _scrubber(given: Any) -> Any:
    if not callable(getattr(given, "scrub_event", None)):
        raise TypeError
    return given


def _stripped(given: Any) -> str:
    if isinstance(given, int) and not isinstance(given, bool):  # of a build; 1.10 would be 1.1
        return str(given)
    return to.to_text(given).strip()


def _mapping(given: Any) -> Mapping[Any, Any]:
    return MappingProxyType(dict(given))


def _organization(given: Any) -> str:
    return given.strip() if isinstance(given, str) else str(to.to_int(given))


NAMES = "a list of module names, or text with commas"
INTEGRATIONS = "a list of integrations"
INFORM = "Called with the event and its hint before the event is sent; None drops it."
LIST_OF_ERRORS = "a list of exception classes or names"
FLAG, SHARE, TEXT = to.flag(), to.share(), Kind("text", _stripped)
HOOK = to.function("(event, hint)")
RATE = Kind(f"{SHARE.allowed}, or True or False", _share_or_flag)
SAMPLER = to.function("(sampling_context)")
SCRUBBER = Kind("an object with scrub_event(event)", _scrubber, takes_text=False)

EFFECTIVE: tuple[Option, ...] = (
    Option("dsn", None, Kind("a DSN, https://KEY@HOST/PROJECT", _dsn, show=type), "Where to send. Not set: nothing is recorded.", ("SENTRY_DSN",)),
    Option("transport", None, _anything("a transport"), "How to send: a name, a class, an instance, an import path, or a function.", ("ROOKERY_TRANSPORT",)),
    Option("release", None, TEXT, "Version of the program. Not set: the commit of its git work tree, or what its platform says.", ("SENTRY_RELEASE",)),
    Option("environment", "production", TEXT, "Where the program runs.", ("SENTRY_ENVIRONMENT",)),
    Option("server_name", None, TEXT, "Name of the machine. Not set: its host name.", ("SENTRY_NAME",)),
    Option("dist", None, TEXT, "Build of the release."),
    Option("debug", False, FLAG, "Print the SDK's own log to stderr.", ("SENTRY_DEBUG",)),
    Option("print_envelopes", False, FLAG, "Print to stderr what is handed to the transport.", ("SENTRY_PRINT_ENVELOPES",)),
    Option("sample_rate", 1.0, SHARE, "Share of the error events that is sent, 0.0 to 1.0.", ("SENTRY_SAMPLE_RATE",)),
    Option("error_sampler", None, HOOK, "Called with the event and its hint: the share, or True or False, that holds for it instead of sample_rate."),
    Option("ignore_errors", (), to.items(LIST_OF_ERRORS, _class_or_name), "Exceptions that are not sent: classes with those below them, names, names with their module, with * and ? for any text and any character."),
    Option("exclude", (), to.items("a list of names, or of exception classes", _class_or_name), "Events that are not sent: of a logger or one below it, of an exception's name, of what a module or one below it raises or defines, of module.Exception."),
    Option("before_send", None, HOOK, INFORM),
    Option("before_breadcrumb", None, to.function("(crumb, hint)"), "The same for a breadcrumb."),
    Option("max_breadcrumbs", 100, to.whole(0, 10_000), "Most breadcrumbs kept."),
    Option("attach_stacktrace", False, FLAG, "Add the stack to messages too."),
    Option("add_full_stack", False, FLAG, "Begin the stack of an exception with the callers of who caught it."),
    Option("max_stack_frames", 100, to.optional(to.whole(1, 100_000)), "Most frames of a stack with add_full_stack, the innermost. None: as many as the server keeps."),
    Option("max_value_length", None, to.whole(1, 2**31), "Most characters of a text that comes from the program. Not set: what the server keeps."),
    Option("include_local_variables", True, FLAG, "Send the local variables of each frame.", (), ("with_locals",)),
    Option("include_source_context", True, FLAG, "Send the source lines around each frame."),
    Option("custom_repr", None, to.function("(value)"), "Called with a value to show; its text, or None for the usual one."),
    Option("send_default_pii", False, FLAG, "Let integrations collect what identifies a person."),
    Option("data_collection", None, Kind("a mapping of what may be collected, such as {'user_info': False}", _mapping, takes_text=False), "What may be collected, in sentry-sdk's words. What it names beats send_default_pii, include_local_variables and include_source_context."),
    Option("event_scrubber", None, SCRUBBER, "What makes secrets unreadable in an event. Not set: rookery.scrubber.EventScrubber()."),
    Option("max_attachment_size", "20MiB", Kind("bytes (a whole number, or text such as '20MiB')", to.to_size), "Largest attachment that is sent."),
    Option("in_app_include", (), to.items(NAMES), "Modules that are the program's own."),
    Option("in_app_exclude", (), to.items(NAMES), "Modules that are not the program's own."),
    Option("project_root", None, Kind("a path", lambda given: str(to.path(given))), "Folder of the program. Not set: the current one."),
    Option("integrations", (), to.items(INTEGRATIONS, _no_name), "Integrations besides the default ones."),
    Option("default_integrations", True, FLAG, "Install the default integrations."),
    Option("disabled_integrations", (), to.items(INTEGRATIONS, lambda given: given), "Integrations that are not installed."),
    Option("auto_enabling_integrations", True, FLAG, "Install the integrations of libraries that the program has loaded."),
    Option("trace_propagation_targets", (".*",), to.items("a list of texts or patterns that URLs have", _url_pattern), "Requests that tell the server of the trace they belong to."),
    Option("propagate_traceparent", False, FLAG, "Tell it in the header of W3C Trace Context too."),
    Option("strict_trace_continuation", False, FLAG, "Join a trace only if both sides name the same organization."),
    Option("org_id", None, Kind("the id of the organization", _organization), "Organization at the server. Not set: that of the DSN."),
    Option("_experiments", {}, Kind("a mapping of names to values", _mapping, takes_text=False), "sentry-sdk's place for transport_compression_algo and transport_compression_level."),
)  # fmt: skip

LATER: tuple[Option, ...] = (
    Option("traces_sample_rate", None, RATE, "Tracing: share of the traces that is sent.", ("SENTRY_TRACES_SAMPLE_RATE",)),
    Option("traces_sampler", None, SAMPLER, "Tracing: the share of one trace."),
    Option("enable_tracing", None, FLAG, "Tracing: on, by the name of older versions."),
    Option("propagate_traces", True, FLAG, "Tracing: tell the tasks that a worker is given."),
    Option("trace_lifecycle", None, to.choice("static", "stream"), "Tracing: how spans travel."),
    Option("trace_ignore_status_codes", frozenset(), Kind("a set of HTTP statuses", frozenset), "Tracing: answers whose trace is not sent."),
    Option("ignore_spans", None, _anything("a list of rules"), "Tracing: spans that are not sent."),
    Option("functions_to_trace", (), Kind("a list of mappings", to.to_items, takes_text=False), "Tracing: functions with a span of their own."),
    Option("instrumenter", "sentry", to.choice("sentry", "otel"), "Tracing: who makes the spans."),
    Option("before_send_transaction", None, HOOK, "Tracing: as before_send."),
    Option("before_send_span", None, to.function("(span, hint)"), "Tracing: as before_send."),
    Option("stream_gen_ai_spans", True, FLAG, "Tracing: spans of language models at once."),
    Option("enable_db_query_source", True, FLAG, "Tracing: the line that made a query."),
    Option("db_query_source_threshold_ms", 100, Kind("milliseconds", to.to_float), "Tracing: from which duration."),
    Option("enable_http_request_source", True, FLAG, "Tracing: the line that made a request."),
    Option("http_request_source_threshold_ms", 100, Kind("milliseconds", to.to_float), "Tracing: from which duration."),
    Option("profiles_sample_rate", None, RATE, "Profiling: share of the traces that is profiled.", ("SENTRY_PROFILES_SAMPLE_RATE",)),
    Option("profiles_sampler", None, SAMPLER, "Profiling: the share of one trace."),
    Option("profiler_mode", None, to.text("the name of a mode"), "Profiling: how samples are taken."),
    Option("profile_lifecycle", "manual", to.choice("manual", "trace"), "Profiling: what starts it."),
    Option("profile_session_sample_rate", None, RATE, "Profiling: share of the processes that is profiled."),
    Option("auto_session_tracking", True, FLAG, "Sessions: begin and end them."),
    Option("enable_logs", False, FLAG, "Logs: send them."),
    Option("before_send_log", None, to.function("(log, hint)"), "Logs: as before_send."),
    Option("enable_metrics", True, FLAG, "Metrics: send them."),
    Option("before_send_metric", None, to.function("(metric, hint)"), "Metrics: as before_send."),
    Option("max_request_body_size", "medium", to.choice("never", "small", "medium", "always"), "Web frameworks: how much of a request's body is sent.", (), ("request_bodies",)),
    Option("enable_backpressure_handling", True, FLAG, "Sample less where sending lags behind."),
    Option("spotlight", None, _anything("True, False or a URL", takes_text=True), "Send a copy to Spotlight.", ("SENTRY_SPOTLIGHT",)),
)  # fmt: skip
"""What sentry-sdk has for parts that Rookery does not have yet: a switch of import keeps ``init``."""

OPTIONS: tuple[Option, ...] = EFFECTIVE + LATER
"""Every option of the client."""

ALL_OPTIONS: tuple[Option, ...] = OPTIONS + SETTINGS

EXPERIMENTS = {
    "transport_compression_algo": "compression",
    "transport_compression_level": "compression_level",
    "transport_zlib_compression_level": "compression_level",
}
"""What stands in ``_experiments`` and is a setting of ours."""
COLLECTION = "data_collection"


class Resolved(NamedTuple):
    """The client's own options, converted, and what is left for the transport, as given."""

    client: dict[str, Any]
    transport: dict[str, Any]
    idle: tuple[str, ...] = ()
    """What was asked for and does nothing yet."""


def resolve(options: Mapping[str, Any], environ: Mapping[str, str]) -> Resolved:
    """Each client option by name. Raises :class:`BadOption`.

    ``transport`` is as given: its variable comes after the DSN's prefix, so the plug reads it.
    """
    sources = Sources(options, environ=environ)
    found = {option.name: sources.find(option) for option in OPTIONS}
    client = {name: each.value for name, each in found.items()}
    client["transport"] = options.get("transport")
    experiments = client["_experiments"]
    client.update(_collection(client["data_collection"], experiments))
    declared = {name for option in OPTIONS for name in option.names}
    settings = {name: v for name, v in options.items() if name not in declared}
    settings.update(_experimental(experiments, settings))
    return Resolved(client, settings, (*_idle(found), *_idle_experiments(experiments)))


def _collection(given: Mapping[Any, Any] | None, experiments: Mapping[str, Any]) -> dict[str, Any]:
    """What ``data_collection`` sets, and where sentry-sdk had it at first."""
    given = experiments.get(COLLECTION) if given is None else given
    if given is None:
        return {}
    from rookery.data_collection import settled  # for the few programs that have it

    return settled(given)


def _idle(found: Mapping[str, Found]) -> Iterator[str]:
    for option in LATER:
        each = found[option.name]
        if each.is_set and each.value != option.default:
            yield each.label


def _idle_experiments(experiments: Mapping[str, Any]) -> Iterator[str]:
    for name in experiments:
        if name not in EXPERIMENTS and name != COLLECTION:
            yield f"_experiments[{name!r}]"


def _experimental(experiments: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
    """The settings that ``_experiments`` holds, under our names; a level of 0 is no compression."""
    settings: dict[str, Any] = {}
    for name, value in experiments.items():
        setting = EXPERIMENTS.get(name)
        if setting is None or value is None:
            continue
        if given.get(setting) is not None or setting in settings:
            both = f"{setting} and _experiments[{name!r}]"
            raise ConfigurationError(f"{both} are one option: give {setting} alone")
        settings[setting] = getattr(value, "value", value)  # sentry-sdk's own enumeration
    if settings.get("compression_level") == 0:
        return {"compression": "none"}
    return settings


class Row(NamedTuple):
    """One line of the reference: what :func:`table` yields."""

    name: str
    aliases: tuple[str, ...]
    default: str
    allowed: str
    environment: tuple[str, ...]
    doc: str


def table(options: Iterable[Option] = ALL_OPTIONS) -> Iterator[Row]:
    """These options, for the documentation and the command."""
    for option in options:
        kind = option.kind
        yield Row(
            option.name, option.aliases, repr(option.default), kind.allowed, option.env, option.doc
        )
