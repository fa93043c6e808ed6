"""The home of :class:`ModulesIntegration` for who imports it."""

from __future__ import annotations

from rookery.integrations import ModulesIntegration

__all__ = ["ModulesIntegration"]
