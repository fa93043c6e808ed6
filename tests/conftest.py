"""What holds for every test."""

from __future__ import annotations

import os

from hypothesis import HealthCheck, settings

# The same examples in each run, and none judged by how long it took.
settings.register_profile(
    "rookery",
    derandomize=True,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("rookery")

if os.environ.get("ROOKERY_TESTS_RECORD"):
    from rookery.client import Client
    from tests.recording.sitecustomize import watch

    watch(Client)  # pytest loads what a plugin's package has past the hook of sitecustomize
