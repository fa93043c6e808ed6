"""The back-end of ``tee``: one target speaks to the server of the check, the other keeps a copy.

The books of a tee are sums, and a check asks what became of one event at one server. So it looks at
the books of the first target. Those of all are held to the law meanwhile, and once the tee is
closed each target must have been offered as much as the other.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rookery.testing.conformance import FULL, Backend
from rookery.testing.conformance.rig import obeys_the_law
from rookery.transport import Transport, build_transport

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rookery.delivery.ledger import Stats
    from rookery.dsn import Dsn
    from rookery.envelope import Envelope

COPY = "memory+http://copy@127.0.0.1/1"
"""It takes everything at once, has no thread, and loses nothing that can be written."""


class FirstTarget(Transport):
    """A tee, with the books of its first target."""

    def __init__(self, tee: Any) -> None:
        super().__init__(tee.setup)
        self.tee = tee
        self.is_closed = False

    def submit(self, envelope: Envelope) -> bool:
        """See :meth:`Transport.submit`."""
        return bool(self.tee.submit(envelope))

    def flush(self, timeout: float) -> bool:
        """See :meth:`Transport.flush`."""
        return bool(self.tee.flush(timeout))

    def close(self, timeout: float) -> bool:
        """See :meth:`Transport.close`."""
        is_settled = self.tee.close(timeout)
        self.is_closed = True
        return bool(is_settled)

    async def flush_async(self, timeout: float) -> bool:
        """See :meth:`Transport.flush_async`."""
        return bool(await self.tee.flush_async(timeout))

    async def close_async(self, timeout: float) -> bool:
        """See :meth:`Transport.close_async`."""
        return bool(await self.tee.close_async(timeout))

    def record_lost_event(self, *told: Any, **more: Any) -> None:
        """See :meth:`Transport.record_lost_event`."""
        self.tee.record_lost_event(*told, **more)

    @property
    def stats(self) -> Stats:
        """Those of the first target; the others are looked at by the way."""
        obeys_the_law(self.tee)
        books: list[Stats] = [target.stats for target in self.tee.targets]
        offered = [each.offered for each in books]
        assert not self.is_closed or len(set(offered)) == 1, f"targets were offered {offered}"
        return books[0]


def first_target(dsn: Dsn, choice: Any, **sources: Mapping[str, Any]) -> Transport:
    """A tee as a check sees it."""
    return FirstTarget(build_transport(dsn, choice, **sources))


TEE = Backend("tee", FULL - {"sender", "refuses"}, settings={"to": [COPY]}, build=first_target)
