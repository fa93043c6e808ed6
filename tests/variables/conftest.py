from __future__ import annotations

from tests.client.conftest import init, kept

__all__ = ["init", "kept"]
