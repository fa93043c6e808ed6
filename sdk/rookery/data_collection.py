"""The option ``data_collection``: what may be collected, in the words of sentry-sdk 2.75.

Rule 1: what it names holds, whatever the older options say; what it leaves out stays with them.
Rule 2: what cannot be kept is refused: better an error than a promise that is not kept.
Rule 3: of cookies, headers, bodies, GraphQL, language models, databases and queues this version
        collects nothing, which keeps any promise: such a part has only to be well formed.

Source: protocol, "Privacy".
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, TypedDict

from rookery.errors import ConfigurationError
from rookery.transport import conversions as to
from rookery.transport.declare import Kind, Option, did_you_mean

MODES = ("off", "denylist", "allowlist")
SOURCE_LINES = 5
"""Lines that are told before and after that of a frame."""


class Terms(TypedDict):
    """Which keys of headers, cookies or a query are told with their values."""

    mode: str
    terms: tuple[str, ...]
    """Parts of names, in lower case."""


def _terms(given: Any) -> Terms:
    mode, terms = given.get("mode", "denylist"), given.get("terms") or ()
    if mode not in MODES or isinstance(terms, str) or given.keys() - {"mode", "terms"}:
        raise ValueError
    return {"mode": mode, "terms": tuple(term.lower() for term in terms if term)}


def _switches(*names: str) -> Kind:
    def parse(given: Any) -> dict[str, bool]:
        if not isinstance(given, Mapping) or given.keys() - set(names):
            raise TypeError
        return {name: to.flag().parse(value) for name, value in given.items()}

    return Kind(f"a mapping of {' and '.join(names)} to True or False", parse)


def _of_requests(given: Any) -> dict[str, Terms]:
    if given.keys() - {"request"}:
        raise ValueError
    return {name: _terms(value) for name, value in given.items()}


def _told_variables(given: Any) -> bool:
    if isinstance(given, bool):
        return given
    rule = _terms(given)
    if rule["mode"] == "allowlist" or rule["terms"]:
        raise ValueError
    return rule["mode"] != "off"


def _told_source(given: Any) -> bool:
    if not isinstance(given, bool) and given not in (0, SOURCE_LINES):
        raise ValueError
    return bool(given)


RULE = "a mapping such as {'mode': 'denylist', 'terms': ['name']}, with off, denylist or allowlist"
TERMS, SWITCH = Kind(RULE, _terms), to.flag()
PARTS: Mapping[str, Kind] = {
    "user_info": SWITCH,
    "url_query_params": TERMS,
    "stack_frame_variables": Kind(
        "True, False, {'mode': 'off'} or {'mode': 'denylist'}; names of your own belong into"
        " event_scrubber=EventScrubber(denylist=[...])",
        _told_variables,
    ),
    "frame_context_lines": Kind(f"{SOURCE_LINES}, or 0 for none", _told_source),
    "cookies": TERMS,
    "http_headers": Kind(f"{{'request': ...}} with {RULE}", _of_requests),
    "http_bodies": to.items("a list of texts", to.to_text),
    "graphql": _switches("document", "variables"),
    "gen_ai": _switches("inputs", "outputs"),
    "database_query_data": SWITCH,
    "queues": SWITCH,
}
OLDER = {
    "user_info": "send_default_pii",
    "stack_frame_variables": "include_local_variables",
    "frame_context_lines": "include_source_context",
}
"""The options of ours that say the same."""


def settled(given: Mapping[str, Any]) -> dict[str, Any]:
    """The options that it stands for, by name. Raises :class:`ConfigurationError`."""
    for name in given:
        if name not in PARTS:
            raise ConfigurationError(
                f"data_collection has no part {name!r}{did_you_mean(str(name), PARTS)}"
            )
    told = {
        name: Option(f"data_collection[{name!r}]", None, PARTS[name], "").convert(value)
        for name, value in given.items()
        if value is not None
    }
    older = {option: told[name] for name, option in OLDER.items() if name in told}
    return {"data_collection": MappingProxyType(told), **older}
