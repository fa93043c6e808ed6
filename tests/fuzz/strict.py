"""JSON as a strict reader takes it, of another family than Python's."""

from __future__ import annotations

import json
from typing import Any

LIMIT = 1_000_000
"""Bytes of an event that every server takes (protocol: size limits)."""


def faults(data: bytes) -> list[str]:
    """What a strict reader holds against an event's bytes."""
    found: list[str] = []

    def pairs(members: list[tuple[str, Any]]) -> dict[str, Any]:
        if len(dict(members)) != len(members):
            found.append("a name occurs twice in one object")
        return dict(members)

    def integer(text: str) -> int:
        if not -(2**63) <= int(text) < 2**64:
            found.append(f"an integer of {len(text)} digits is beyond 64 bits")
        return int(text)

    def number(text: str) -> float:
        if abs(float(text)) == float("inf"):
            found.append(f"{text} is beyond a double")
        return float(text)

    def constant(name: str) -> None:
        found.append(f"{name} is not JSON")

    try:
        event = json.loads(
            data.decode("utf-8"),
            object_pairs_hook=pairs,
            parse_int=integer,
            parse_float=number,
            parse_constant=constant,
        )
        json.dumps(event, ensure_ascii=False).encode("utf-8")
    except ValueError as error:  # UnicodeError is one
        return [*found, str(error)]
    if len(data) > LIMIT:
        found.append(f"{len(data)} bytes are too many")
    return found
