"""An answer as Tornado's clients tell of it: line by line, before its body has come."""

from __future__ import annotations

from rookery.delivery.actions import Answered
from rookery_transports.senders import fields

BODY_LIMIT = 64 * 1024
"""Bytes of an answer that are read; what is longer is no Sentry's."""


class Head:
    """Status and headers, as they come in."""

    def __init__(self) -> None:
        self.status = 0
        self.headers: dict[str, str] = {}
        self.is_whole = False
        self._version = 11

    def take(self, line: str) -> None:
        """The next line. A status line begins anew: what came before was an interim answer."""
        line = line.rstrip("\r\n")
        name, colon, value = line.partition(":")
        if line.startswith("HTTP/"):
            self.status, self.headers, self.is_whole = int(line.split()[1]), {}, False
            self._version = 10 if line.startswith("HTTP/1.0") else 11
        elif not line:
            self.is_whole = self.status >= 200
        elif colon:
            self._add(name, value.strip())

    def _add(self, name: str, value: str) -> None:
        """Several of a name are one list (RFC 9110, 5.3)."""
        known = self.headers.get(name)
        self.headers[name] = value if known is None else f"{known}, {value}"

    @property
    def is_last(self) -> bool:
        """Whether the connection ends with this answer."""
        told = {name.lower(): value for name, value in self.headers.items()}
        return fields.is_last(self._version, told)

    def answered(self, body: bytes = b"") -> Answered:
        """The answer, whose status is known by now."""
        return Answered(self.status, self.headers, body)
