from __future__ import annotations

from importlib.util import find_spec

import pytest


def needs(library: str) -> pytest.MarkDecorator:
    """Skips what is about a library that is not installed."""
    return pytest.mark.skipif(find_spec(library) is None, reason=f"{library} is not installed")
