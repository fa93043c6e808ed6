"""What Sentry's ingestion code (librelay) and the schema of events hold against a payload.

The schema is Sentry's own (getsentry/sentry-data-schemas), as Bugsink ships it.
"""

from __future__ import annotations

import json
from functools import cache
from typing import TYPE_CHECKING, Any

from tests.fuzz.strict import faults
from tests.servers.bugsink import HOME, install

if TYPE_CHECKING:
    from collections.abc import Iterator

CLOCK = {"max_secs_in_future": 60, "max_secs_in_past": 3600}


def noted(meta: object, path: str = "") -> Iterator[str]:
    """Each error that the normaliser noted in ``_meta``, with the path of what it is about."""
    if not isinstance(meta, dict):
        return
    for error in meta.get("", {}).get("err", ()):
        yield f"{path or '.'}: {error}"
    for name, below in meta.items():
        if name:
            yield from noted(below, f"{path}.{name}")


def normalised(raw: bytes, **settings: int) -> dict[str, Any]:
    """The event as the server would keep it."""
    from sentry_relay.processing import StoreNormalizer

    result: dict[str, Any] = StoreNormalizer(**settings).normalize_event(raw_event=raw)
    return result


@cache
def schema() -> Any:
    """The validator of events."""
    import jsonschema

    install()
    (path,) = HOME.glob("lib/python*/site-packages/api/event.schema.json")
    return jsonschema.Draft7Validator(json.loads(path.read_text(encoding="utf-8")))


def leaves(error: Any) -> Iterator[Any]:
    """The complaints below an ``anyOf`` are those that tell; that something is not null does not."""
    if not error.context:
        yield error
    for inner in error.context or ():
        if (inner.validator, inner.validator_value) != ("type", "null"):
            yield from leaves(inner)


def against_the_schema(event: dict[str, Any]) -> Iterator[str]:
    bare = {name: value for name, value in event.items() if name != "_meta"}
    for top in schema().iter_errors(bare):
        for error in leaves(top):
            yield f"schema {error.json_path}: {error.message[:200]}"


def complaints(raw: bytes, **settings: int) -> list[str]:
    """All that is wrong with an event's bytes; nothing, if all is well."""
    found = faults(raw)
    try:
        event = json.loads(raw)
        found += noted(normalised(raw, **settings).get("_meta"))
    except ValueError as error:
        return [*found, f"refused: {error}"]
    return [*found, *against_the_schema(event)]
