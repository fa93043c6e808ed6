"""Which names ``init`` knows, whose they are, and what is said of those that do nothing yet."""

from __future__ import annotations

from enum import Enum
from inspect import signature
from typing import TYPE_CHECKING, Any

import pytest

import rookery
from rookery.errors import BadOption, ConfigurationError
from rookery.options import LATER, OPTIONS, resolve
from tests.client.program import run

if TYPE_CHECKING:
    from tests.client.keeping import Init

SENTRY_SDK: dict[str, Any] = {
    "max_breadcrumbs": 100,
    "shutdown_timeout": 2,
    "integrations": [],
    "ignore_spans": None,
    "in_app_include": [],
    "in_app_exclude": [],
    "default_integrations": True,
    "transport_queue_size": 100,
    "sample_rate": 1.0,
    "send_default_pii": None,
    "data_collection": None,
    "ignore_errors": [],
    "max_request_body_size": "medium",
    "socket_options": None,
    "keep_alive": None,
    "before_send": None,
    "before_breadcrumb": None,
    "debug": None,
    "attach_stacktrace": False,
    "ca_certs": None,
    "cert_file": None,
    "key_file": None,
    "http_proxy": None,
    "https_proxy": None,
    "proxy_headers": None,
    "propagate_traces": True,
    "traces_sample_rate": None,
    "trace_lifecycle": None,
    "traces_sampler": None,
    "profiles_sample_rate": None,
    "profiles_sampler": None,
    "profiler_mode": None,
    "profile_lifecycle": "manual",
    "profile_session_sample_rate": None,
    "auto_enabling_integrations": True,
    "disabled_integrations": None,
    "auto_session_tracking": True,
    "send_client_reports": True,
    "_experiments": {},
    "instrumenter": "sentry",
    "before_send_transaction": None,
    "project_root": None,
    "enable_tracing": None,
    "include_local_variables": True,
    "include_source_context": True,
    "trace_propagation_targets": [".*"],
    "functions_to_trace": [],
    "event_scrubber": None,
    "max_value_length": None,
    "enable_backpressure_handling": True,
    "error_sampler": None,
    "enable_db_query_source": True,
    "db_query_source_threshold_ms": 100,
    "enable_http_request_source": True,
    "http_request_source_threshold_ms": 100,
    "spotlight": None,
    "custom_repr": None,
    "add_full_stack": False,
    "max_stack_frames": 100,
    "enable_logs": False,
    "before_send_log": None,
    "trace_ignore_status_codes": frozenset(),
    "enable_metrics": True,
    "before_send_metric": None,
    "before_send_span": None,
    "org_id": None,
    "strict_trace_continuation": False,
    "stream_gen_ai_spans": True,
    "release": None,
    "environment": None,
    "server_name": None,
    "dist": None,
}
"""What sentry-sdk 2.75 has, at its default."""


def client(environ: dict[str, str] | None = None, **options: Any) -> dict[str, Any]:
    return resolve(options, environ or {}).client


def test_init_takes_all_options_of_sentry_sdk_at_their_defaults_and_finds_nothing_to_say() -> None:
    with rookery.init("http://key@host/7", **SENTRY_SDK):
        assert rookery.is_initialized()
    assert resolve(SENTRY_SDK, {}).idle == ()


def test_these_are_the_options_of_sentry_sdk() -> None:
    consts = pytest.importorskip("sentry_sdk.consts", reason="sentry-sdk is not installed")
    if not hasattr(consts, "ClientConstructor") or "trace_lifecycle" not in consts.DEFAULT_OPTIONS:
        pytest.skip("sentry-sdk is older than those options")
    declared = signature(consts.ClientConstructor.__init__).parameters
    theirs = {name: each.default for name, each in declared.items() if name not in ("self", "dsn")}
    with rookery.init("http://key@host/7", **theirs):
        assert rookery.is_initialized()
    assert resolve(theirs, {}).idle == ()


def test_what_no_version_of_sentry_sdk_has_is_refused() -> None:
    with pytest.raises(TypeError, match=r"no option 'trace_sample_rate'.*'traces_sample_rate'"):
        rookery.init("http://key@host/7", trace_sample_rate=1.0)


@pytest.mark.parametrize(
    ("given", "told"),
    [(42, "42"), (1.5, None), (" shop@1 ", "shop@1"), (True, None)],
)
@pytest.mark.parametrize("name", ["release", "environment", "dist", "server_name"])
def test_a_whole_number_is_text_where_text_is_wanted(
    name: str, given: Any, told: str | None
) -> None:
    if told is None:
        with pytest.raises(BadOption, match=f"{name}: .* give text"):
            client(**{name: given})
    else:
        assert client(**{name: given})[name] == told


@pytest.mark.parametrize(
    ("older", "name", "given", "value"),
    [
        ("with_locals", "include_local_variables", False, False),
        ("request_bodies", "max_request_body_size", "small", "small"),
    ],
)
def test_an_older_name_says_the_same(older: str, name: str, given: Any, value: object) -> None:
    assert client(**{older: given})[name] == value


@pytest.mark.parametrize("name", ["maxsize", "qmaxsize", "transport_queue_size"])
def test_the_bound_of_the_queue_has_three_names(name: str) -> None:
    given: dict[str, Any] = {name: 4}
    with rookery.init("memory+http://key@host/7", **given) as guard:
        assert guard.client.transport is not None
        assert settings_of(guard.client).maxsize == 4


def settings_of(client: rookery.Client) -> Any:
    return getattr(client.transport, "setup").settings  # noqa: B009  # not every transport has one


class Algorithm(Enum):
    """As sentry-sdk's own."""

    GZIP = "gzip"


@pytest.mark.parametrize(
    ("experiments", "compression", "level"),
    [
        ({"transport_compression_algo": "gzip", "transport_compression_level": 9}, "gzip", 9),
        ({"transport_compression_algo": Algorithm.GZIP}, "gzip", 6),
        ({"transport_zlib_compression_level": 3}, "gzip", 3),
        ({"transport_compression_level": 0}, "none", 6),
        ({"transport_compression_level": None}, "gzip", 6),
        ({}, "gzip", 6),
        (None, "gzip", 6),
    ],
)
def test_compression_may_stand_among_the_experiments(
    experiments: Any, compression: str, level: int
) -> None:
    with rookery.init("http://key@host/7", _experiments=experiments) as guard:
        settled = settings_of(guard.client)
        assert (settled.compression, settled.compression_level) == (compression, level)


def test_an_experiment_that_is_a_setting_too_is_given_once() -> None:
    with pytest.raises(ConfigurationError, match=r"compression and _experiments.*give compression"):
        resolve({"compression": "none", "_experiments": {"transport_compression_algo": "gzip"}}, {})


def test_experiments_are_a_mapping() -> None:
    with pytest.raises(BadOption, match=r"^_experiments: .*; give a mapping"):
        client(_experiments=7)


def test_an_experiment_with_a_bad_value_names_the_setting() -> None:
    with pytest.raises(BadOption, match=r"^compression: 'lzma'.*'gzip' or"):
        rookery.init("http://key@host/7", _experiments={"transport_compression_algo": "lzma"})


@pytest.mark.parametrize(
    ("variable", "name", "text", "value"),
    [
        ("SENTRY_TRACES_SAMPLE_RATE", "traces_sample_rate", "0.5", 0.5),
        ("SENTRY_PROFILES_SAMPLE_RATE", "profiles_sample_rate", "1", 1.0),
        ("SENTRY_SPOTLIGHT", "spotlight", "http://localhost:8969/stream", "http://localhost:8969/stream"),
    ],
)  # fmt: skip
def test_the_variables_of_later_options_are_read(
    variable: str, name: str, text: str, value: object
) -> None:
    resolved = resolve({}, {variable: text})
    assert resolved.client[name] == value
    assert resolved.idle == (f"{name} (environment variable {variable})",)


@pytest.mark.parametrize(
    ("words", "value"), [("true t y yes on 1 TRUE Yes", True), ("false f n no off 0 OFF", False)]
)
def test_a_boolean_variable_takes_the_words_of_the_protocol(words: str, value: bool) -> None:
    for word in words.split():
        assert client({"SENTRY_DEBUG": word})["debug"] is value


@pytest.mark.parametrize("text", ["", "2", "perhaps", "None"])
def test_a_boolean_variable_with_another_word_is_not_set(text: str) -> None:
    assert client({"SENTRY_DEBUG": text})["debug"] is False


def test_what_does_nothing_yet_is_named_by_what_asked_for_it() -> None:
    resolved = resolve(
        {
            "traces_sample_rate": True,
            "request_bodies": "always",
            "enable_logs": False,
            "_experiments": {"max_spans": 7},
        },
        {},
    )
    assert resolved.idle == ("traces_sample_rate", "request_bodies", "_experiments['max_spans']")


def test_it_is_said_once_and_for_debugging_alone() -> None:
    source = """
        with rookery.init("memory+http://key@host/7", traces_sample_rate=0.5, enable_logs=True, debug={}):
            rookery.capture_message("hello")
            rookery.capture_message("hello again")
    """
    (said,) = run(source.format(True)).stderr.splitlines()
    assert said.startswith(" [rookery] DEBUG: accepted, and without effect")
    assert said.endswith(": traces_sample_rate, enable_logs")
    assert run(source.format(False)).stderr == ""


BAD_VALUES: dict[str, Any] = {
    "traces_sample_rate": 1.5,
    "traces_sampler": 0.5,
    "enable_logs": "perhaps",
    "before_send_log": "drop",
    "trace_lifecycle": "butterfly",
    "instrumenter": "piano",
    "max_request_body_size": "enormous",
    "db_query_source_threshold_ms": "soon",
    "trace_ignore_status_codes": 404,
    "error_sampler": 0.5,
    "exclude": [7],
    "max_stack_frames": 0,
    "max_value_length": -1,
    "custom_repr": "str",
    "send_default_pii": "perhaps",
    "event_scrubber": {"password"},
    "max_attachment_size": "big",
    "trace_propagation_targets": [7],
    "org_id": 1.5,
    "ignore_errors": [""],
    "shutdown_timeout": "later",
}


@pytest.mark.parametrize("name", sorted(BAD_VALUES))
def test_an_error_names_the_option_the_value_and_what_is_allowed(name: str) -> None:
    given = BAD_VALUES[name]
    with pytest.raises(BadOption) as caught:
        rookery.init("http://key@host/7", **{name: given})
    told = str(caught.value)
    allowed = {
        option.name: option.kind.allowed for option in (*OPTIONS, *rookery.transport.SETTINGS)
    }
    assert told == f"{name}: {given!r} is not allowed; give {allowed[name]}"


def test_none_is_as_good_as_nothing(init: Init) -> None:
    init(**{option.name: None for option in OPTIONS if option.name not in ("dsn", "transport")})
    assert rookery.get_client().options["sample_rate"] == 1.0


def test_what_does_nothing_yet_says_of_what_it_will_be_a_part() -> None:
    assert all(option.doc.endswith(".") for option in LATER)
