"""Feature flags: which of them the program asked for, and what they said."""

from __future__ import annotations

from rookery.harmless import harmless
from rookery.scopes import get_isolation_scope


@harmless(None)
def add_feature_flag(flag: str, result: object) -> None:
    """Tell the error events of this isolation scope of it; the last 100 flags are kept."""
    get_isolation_scope().add_flag(flag, result)
