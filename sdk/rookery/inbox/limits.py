"""The sizes that the inbox refuses, which are Sentry's (protocol: size limits)."""

from __future__ import annotations

from dataclasses import dataclass

MIB = 1024 * 1024


@dataclass(frozen=True)
class Limits:
    """Bytes, after decompression. A body still compressed may be no larger either."""

    event: int = MIB
    envelope: int = 200 * MIB
