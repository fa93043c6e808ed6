"""Every transport of ours makes every check, over each wire scheme."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from rookery.testing.conformance import CHECKS, Check, perform
from tests.conformance.ours import ABSENT, BACKENDS

if TYPE_CHECKING:
    from rookery.testing.conformance import Backend
    from rookery.testing.server import Scheme

HERE = [pytest.param(backend, id=name) for name, backend in BACKENDS.items()]
NOT_HERE = [
    pytest.param(None, id=name, marks=pytest.mark.skip(reason=reason))
    for name, reason in ABSENT.items()
]


@pytest.mark.parametrize("check", CHECKS, ids=str)
@pytest.mark.parametrize("scheme", ["http", "https"])
@pytest.mark.parametrize("backend", [*HERE, *NOT_HERE])
def test_conformance(check: Check, scheme: Scheme, backend: Backend) -> None:
    result = perform(check, backend, scheme)
    if result.outcome == "skipped":
        pytest.skip(result.reason)
    if result.error is not None:
        raise result.error
