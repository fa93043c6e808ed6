"""How the inbox says no: a status, one sentence, and the causes below it.

The answer has the shape that Sentry's servers give it, ``{"detail": ..., "causes": [...]}``, and the
sentence is repeated in the header ``X-Sentry-Error`` (protocol: response).
"""

from __future__ import annotations

BAD_REQUEST = 400
UNAUTHORIZED = 401
FORBIDDEN = 403
NOT_FOUND = 404
METHOD_NOT_ALLOWED = 405
TOO_LARGE = 413


class Refusal(Exception):
    """What was sent is not taken in. ``causes`` go from the nearest to the deepest."""

    def __init__(self, status: int, detail: str, *causes: str) -> None:
        super().__init__(": ".join((detail, *causes)))
        self.status = status
        self.detail = detail
        self.causes = causes

    @property
    def body(self) -> dict[str, object]:
        """The JSON that answers the request."""
        return {"detail": self.detail, "causes": list(self.causes)}


def bad_body(*causes: str) -> Refusal:
    """400: the body cannot be decoded."""
    return Refusal(BAD_REQUEST, "invalid request body", *causes)


def bad_json(*causes: str) -> Refusal:
    """400: what should be a JSON event is none."""
    return Refusal(BAD_REQUEST, "invalid JSON data", *causes)


def bad_envelope(*causes: str) -> Refusal:
    """400: the envelope, or something in it, is malformed."""
    return Refusal(BAD_REQUEST, "invalid event envelope", *causes)


def too_large(what: str, limit: int) -> Refusal:
    """413: over a size limit, in bytes after decompression."""
    return Refusal(TOO_LARGE, "payload too large", f"{what} is over the limit of {limit} bytes")
