"""What holds where the first server can be reached holds where ``failover`` sends to a spare."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest

from rookery.dsn import Dsn
from rookery.testing.conformance import CHECKS, FULL, Backend, Check, perform
from rookery.testing.server import RefusingServer
from rookery.transport import build_transport

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from rookery.transport.contract import Transport

PROXIES = {"http_proxy", "https_proxy"}
"""Settings whose checks a first server spoils that is away: its proxy says so, which is an answer."""


class Absentee:
    """A first server that is away, anew for each check."""

    dsn = ""

    @contextmanager
    def away(self) -> Iterator[Mapping[str, Any]]:
        with RefusingServer() as refusing:
            self.dsn = refusing.dsn
            yield {}

    def with_spare(self, dsn: Dsn, choice: Any, **sources: Any) -> Transport:
        """A transport whose spare is the server that the check asks."""
        sources["arguments"] = {**sources["arguments"], "spares": [dsn]}
        return build_transport(Dsn.parse(self.dsn), choice, **sources)


ABSENTEE = Absentee()
BACKEND = Backend("failover", FULL - {"sender"}, host=ABSENTEE.away, build=ABSENTEE.with_spare)


@pytest.mark.parametrize("check", [c for c in CHECKS if not c.settings & PROXIES], ids=str)
def test_a_spare_is_as_good_as_the_first(check: Check) -> None:
    result = perform(check, BACKEND)
    if result.outcome == "skipped":
        pytest.skip(result.reason)
    if result.error is not None:
        raise result.error
