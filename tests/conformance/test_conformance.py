"""Every transport of ours that names a back-end makes every check, over each wire scheme."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from rookery.errors import MissingExtra
from rookery.testing.conformance import CHECKS, Check, perform
from rookery.testing.conformance.declared import declared
from rookery.transport.chooser import choose
from rookery.transport.registry import BUILT_IN

if TYPE_CHECKING:
    from collections.abc import Iterator

    from _pytest.mark import ParameterSet

    from rookery.testing.conformance import Backend
    from rookery.testing.server import Scheme


def backends() -> Iterator[ParameterSet]:
    """A back-end for each built-in name; a name whose library is absent is skipped, and says so."""
    for name in BUILT_IN:
        if not choose(name, None, {})[0].factory.backend:
            continue  # it speaks to no server: it has tests of its own
        try:
            yield pytest.param(declared(name), id=name)
        except MissingExtra as absence:
            yield pytest.param(None, id=name, marks=pytest.mark.skip(reason=str(absence)))


BACKENDS = list(backends())


@pytest.mark.parametrize("check", CHECKS, ids=str)
@pytest.mark.parametrize("scheme", ["http", "https"])
@pytest.mark.parametrize("backend", BACKENDS)
def test_conformance(check: Check, scheme: Scheme, backend: Backend) -> None:
    result = perform(check, backend, scheme)
    if result.outcome == "skipped":
        pytest.skip(result.reason)
    if result.error is not None:
        raise result.error
