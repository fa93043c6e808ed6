"""The home of :class:`ArgvIntegration` for who imports it."""

from __future__ import annotations

from rookery.integrations import ArgvIntegration

__all__ = ["ArgvIntegration"]
