"""Libraries of extras: a transport's module loads without them, so that it can say what is missing."""

from __future__ import annotations

from importlib import import_module
from typing import Any


class Library:
    """A library, which is imported when something of it is first asked for."""

    def __init__(self, name: str) -> None:
        self._name = name

    def __getattr__(self, attribute: str) -> Any:
        found = getattr(import_module(self._name), attribute)
        setattr(self, attribute, found)
        return found
