"""The home of :class:`DedupeIntegration` for who imports it."""

from __future__ import annotations

from rookery.integrations import DedupeIntegration

__all__ = ["DedupeIntegration"]
