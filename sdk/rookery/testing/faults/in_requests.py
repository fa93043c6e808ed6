"""Transports that send something else than what they are given."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from rookery.testing.faults.plant import Fault, asking, rewriting

if TYPE_CHECKING:
    from collections.abc import Callable

    from rookery.transport.contract import Request

SENT_AT = re.compile(rb'"sent_at":"[^"]*",?')
NOW = b'"sent_at":"2031-05-06T07:08:09Z",'


def with_header(name: str, value: str) -> Callable[[Request], Request]:
    return lambda request: request._replace(headers={**request.headers, name: value})


def without_secret(request: Request) -> Request:
    auth = request.headers["X-Sentry-Auth"].partition(", sentry_secret")[0]
    return with_header("X-Sentry-Auth", auth)(request)


FAULTS = (
    Fault(
        "sends no date",
        rewriting(lambda body: SENT_AT.sub(b"", body, count=1).replace(b",}\n", b"}\n", 1)),
        ("an_envelope_is_dated_once_when_it_leaves",),
    ),
    Fault(
        "sends two dates",
        rewriting(lambda body: b"{" + NOW + body[1:]),
        ("an_envelope_is_dated_once_when_it_leaves",),
    ),
    Fault(
        "sends a date without a zone",
        rewriting(lambda body: body.replace(b'Z"}', b'"}', 1)),
        ("an_envelope_is_dated_once_when_it_leaves",),
    ),
    Fault(
        "changes what it sends",
        rewriting(lambda body: body.replace(b"error", b"fatal")),
        ("events_arrive_in_order_and_byte_for_byte", "every_codec_compresses"),
    ),
    Fault(
        "cuts what is long",
        rewriting(lambda body: body[:100_000]),
        ("a_large_envelope_arrives_whole",),
    ),
    Fault(
        "does not say who sends",
        asking(with_header("User-Agent", "")),
        ("a_request_says_what_it_is_and_whose",),
    ),
    Fault(
        "does not say what it sends",
        asking(with_header("Content-Type", "application/json")),
        ("a_request_says_what_it_is_and_whose",),
    ),
    Fault("forgets the secret", asking(without_secret), ("a_secret_is_passed_on",)),
    Fault(
        "writes the secret into the address",
        asking(lambda request: request._replace(url=f"{request.url}?sentry_secret=hush")),
        ("a_secret_is_passed_on", "a_request_says_what_it_is_and_whose"),
    ),
    Fault(
        "forgets the path",
        asking(lambda request: request._replace(url=request.url.replace("/a/b/", "/"))),
        ("a_path_before_the_project_is_kept",),
    ),
    Fault(
        "tells the server the proxy's password",
        asking(with_header("Proxy-Authorization", "Basic YW5uOnNlY3JldA==")),
        ("a_proxy_is_told_who_asks",),
        "https",
    ),
)
