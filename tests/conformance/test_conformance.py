"""Every transport of ours makes every check, over each wire scheme."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from rookery.testing.conformance import CHECKS, FULL, Backend, Check, perform

if TYPE_CHECKING:
    from rookery.testing.server import Scheme

BACKENDS = [
    Backend("sync", FULL - {"queues"}),
    Backend("threaded", FULL),
]


@pytest.mark.parametrize("check", CHECKS, ids=str)
@pytest.mark.parametrize("scheme", ["http", "https"])
@pytest.mark.parametrize("backend", BACKENDS, ids=str)
def test_conformance(check: Check, scheme: Scheme, backend: Backend) -> None:
    result = perform(check, backend, scheme)
    if result.outcome == "skipped":
        pytest.skip(result.reason)
    if result.error is not None:
        raise result.error
