"""The conformance kit: what every transport has to do, as checks that any program can run.

::

    from rookery.testing.conformance import Backend, run

    for result in run(Backend("pigeon", {"queues", "forks"}, received=read_my_files)):
        print(result)

It knows nothing of pytest. With it, one test is enough::

    @pytest.mark.parametrize("check", CHECKS, ids=str)
    def test_conformance(check):
        result = perform(check, BACKEND)
        if result.outcome == "skipped":
            pytest.skip(result.reason)
        if result.error:
            raise result.error

Over https it needs the extra ``testing``: ``pip install rookery[testing]``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rookery.testing.conformance import (  # noqa: F401 - they put their checks into CHECKS
    closing,
    concurrency,
    connections,
    counts,
    delivering,
    failures,
    forking,
    leaving,
    limits,
    overflow,
    proxied,
    reports,
    senders,
    timeouts,
    tls,
)
from rookery.testing.conformance.backend import CAPABILITIES, FULL, Backend
from rookery.testing.conformance.check import CHECKS, Check, Result, Unsuitable
from rookery.testing.conformance.rig import Rig, rigged

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rookery.testing.server import Scheme

__all__ = [
    "CAPABILITIES",
    "CHECKS",
    "FULL",
    "Backend",
    "Check",
    "Result",
    "Rig",
    "perform",
    "rigged",
    "run",
]


def perform(check: Check, backend: Backend, scheme: Scheme = "http") -> Result:
    """Make one check. Raises nothing: what does not hold is in the result."""
    reason = check.why_not(backend, scheme)
    if reason is not None:
        return Result(check, "skipped", reason)
    try:
        with rigged(backend, scheme) as rig:
            check.function(rig)
    except Unsuitable as unsuitable:
        return Result(check, "skipped", str(unsuitable))
    except (KeyboardInterrupt, SystemExit):
        raise
    except BaseException as error:  # noqa: BLE001 - a transport under test may raise anything
        return Result(check, "failed", f"{type(error).__name__}: {error}", error)
    return Result(check, "passed")


def run(
    backend: Backend, scheme: Scheme = "http", checks: Iterable[Check] = CHECKS
) -> list[Result]:
    """Make every check."""
    return [perform(check, backend, scheme) for check in checks]
