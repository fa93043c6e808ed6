"""Whose key a request carries (protocol: auth header).

The inbox is a development server and takes any key. It still asks for one, in any of the places
that Sentry allows, and still insists that they agree: a client that fails here fails there.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rookery.dsn import Dsn
from rookery.errors import BadDsn
from rookery.inbox.refusals import BAD_REQUEST, FORBIDDEN, UNAUTHORIZED, Refusal

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

PLACES = "header X-Sentry-Auth, query sentry_key=..., or the envelope header dsn"


@dataclass(frozen=True)
class Credentials:
    """Who sends: the public key, and what the client calls itself."""

    key: str
    client: str | None = None


def credentials(
    project: str, headers: Mapping[str, str], query: Mapping[str, str], dsn: object = None
) -> Credentials:
    """The one key that all the places given agree on.

    Header names of ``headers`` are looked up in any case. Raises :class:`Refusal`: 403 without a
    key, 401 for a header that cannot be read, 400 where two places disagree.
    """
    pairs = _header(headers)
    found = list(_keys(project, pairs, query, dsn))
    if not found:
        raise Refusal(FORBIDDEN, "missing authorization information", f"give a key: {PLACES}")
    (place, key), *others = found
    for other, another in others:
        if another != key:
            raise _disagreement(f"the key of the {place} is not the key of the {other}")
    client = pairs.get("sentry_client") or query.get("sentry_client") or headers.get("User-Agent")
    return Credentials(key, client)


def _keys(
    project: str, pairs: Mapping[str, str], query: Mapping[str, str], dsn: object
) -> Iterator[tuple[str, str]]:
    if key := pairs.get("sentry_key"):
        yield "header", key
    if key := query.get("sentry_key"):
        yield "query", key
    if dsn is not None:
        yield "envelope's dsn", _dsn(project, dsn).public_key


def _header(headers: Mapping[str, str]) -> dict[str, str]:
    """The pairs of ``X-Sentry-Auth``, or of an ``Authorization`` that speaks the same language."""
    text = headers.get("X-Sentry-Auth", "").strip()
    if not text and headers.get("Authorization", "").lower().startswith("sentry "):
        text = headers["Authorization"].strip()
    if not text:
        return {}
    scheme, _, rest = text.partition(" ")
    if scheme.lower() != "sentry":
        raise _bad_header("it begins with 'Sentry '")
    return dict(_pair(part) for part in rest.split(",") if part.strip())


def _pair(part: str) -> tuple[str, str]:
    name, equals, value = part.partition("=")
    if not equals:
        raise _bad_header("it holds comma-separated name=value")
    return name.strip().lower(), value.strip()


def _dsn(project: str, text: object) -> Dsn:
    try:
        dsn = Dsn.parse(str(text))
    except BadDsn as fault:
        raise Refusal(BAD_REQUEST, "bad envelope authentication header", str(fault)) from fault
    if dsn.project_id != project:
        raise _disagreement(
            f"the envelope's dsn is for project {dsn.project_id!r}, not {project!r}"
        )
    return dsn


def _bad_header(cause: str) -> Refusal:
    form = "Sentry sentry_key=KEY, sentry_version=7"
    return Refusal(UNAUTHORIZED, "bad x-sentry-auth header", cause, f"the form is: {form}")


def _disagreement(cause: str) -> Refusal:
    return Refusal(BAD_REQUEST, "envelope and authorization disagree", cause)
