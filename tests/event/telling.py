"""How the tests of this folder read what was told."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import pytest

import rookery

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.client.keeping import Keeping

EMPTY: dict[str, str] = {}
since_311 = pytest.mark.skipif(sys.version_info < (3, 11), reason="came with Python 3.11")


def entries(kept: Keeping) -> list[dict[str, Any]]:
    told: list[dict[str, Any]] = kept.events[-1]["exception"]["values"]
    return told


def frames(kept: Keeping, entry: int = -1) -> list[dict[str, Any]]:
    told: list[dict[str, Any]] = entries(kept)[entry]["stacktrace"]["frames"]
    return told


def functions(kept: Keeping, entry: int = -1) -> list[str]:
    return [frame["function"] for frame in frames(kept, entry)]


def capture_what(function: Callable[..., object], *arguments: object) -> BaseException:
    """Capture what the call raises."""
    try:
        function(*arguments)
    except Exception as error:  # noqa: BLE001  # whatever it is
        rookery.capture_exception(error)
        return error
    raise AssertionError(f"{function} raised nothing")
