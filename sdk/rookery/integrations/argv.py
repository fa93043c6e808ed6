"""The home of :class:`ArgvIntegration` for who imports it."""

from __future__ import annotations

from rookery.integrations.switches import ArgvIntegration

__all__ = ["ArgvIntegration"]
