"""``tee``: several servers get each envelope, each through a transport of its own.

::

    tee+threaded+https://key@first/7?to=https://key@second/8

Each target has its own queue, its own limits and its own ledger; those of the tee are their sums.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from functools import partial
from time import monotonic
from typing import TYPE_CHECKING

from rookery.delivery.ledger import Stats, total
from rookery.errors import ConfigurationError
from rookery.transport.contract import Setup, Transport
from rookery_transports.addresses import refuse_repetition, to_dsns
from rookery_transports.shared_time import left, shares

if TYPE_CHECKING:
    from rookery.envelope import Envelope


@dataclass(frozen=True)
class TeeOptions:
    """What ``tee`` understands besides the shared settings, which hold for each target."""

    to: object = field(default=None, metadata={"env": ("ROOKERY_TO",)})
    """The other DSNs: a list, or text with commas or blanks. Each may name a transport of its own."""

    def __post_init__(self) -> None:
        if self.to is None:
            raise ConfigurationError("transport 'tee' needs other DSNs: to=['https://key@host/8']")
        object.__setattr__(self, "to", to_dsns("to", self.to))


class TeeTransport(Transport):
    """Hands each envelope to every one of its ``targets``."""

    Options = TeeOptions
    wraps = True
    backend = "rookery.testing.copies:TEE"

    def __init__(self, setup: Setup) -> None:
        super().__init__(setup)
        others = to_dsns("to", getattr(setup.options, "to", None))
        refuse_repetition("to", setup.dsn, others)
        assert setup.inner is not None
        assert setup.another is not None
        self.targets = (setup.inner, *map(setup.another, others))
        """The transports, in the order of their DSNs; each with its own ``stats`` and ``setup.dsn``."""

    def submit(self, envelope: Envelope) -> bool:
        """See :meth:`Transport.submit`; False only if every target refuses."""
        offers = iter([partial(each.submit, addressed(envelope, each)) for each in self.targets])
        try:  # by map, so that nothing can come between taking an offer and making it
            taken = list(map(partial.__call__, offers))
        finally:  # Ctrl-C amid one of them goes on to its program, and the envelope to the others
            deque(map(partial.__call__, offers), maxlen=0)
        return any(taken)

    def flush(self, timeout: float) -> bool:
        """See :meth:`Transport.flush`. One target that hangs leaves time to the others."""
        deadline = monotonic() + timeout
        for target in self.targets:
            target.flush(0.0)  # each begins at once; that all is settled does not mean all is told
        parts = zip(self.targets, shares(deadline, len(self.targets)), strict=True)
        late = [target for target, share in parts if not target.flush(share)]
        settled = [target.flush(left(deadline)) for target in late]
        return all(settled)

    def close(self, timeout: float) -> bool:
        """See :meth:`Transport.close`."""
        deadline = monotonic() + timeout
        is_settled = self.flush(timeout)
        closed = [target.close(left(deadline)) for target in self.targets]
        return all(closed) and is_settled

    async def flush_async(self, timeout: float) -> bool:
        """See :meth:`Transport.flush_async`."""
        deadline = monotonic() + timeout
        parts = zip(self.targets, shares(deadline, len(self.targets)), strict=True)
        late = [target for target, share in parts if not await target.flush_async(share)]
        settled = [await target.flush_async(left(deadline)) for target in late]
        return all(settled)

    async def close_async(self, timeout: float) -> bool:
        """See :meth:`Transport.close_async`."""
        deadline = monotonic() + timeout
        is_settled = await self.flush_async(timeout)
        closed = [await target.close_async(left(deadline)) for target in self.targets]
        return all(closed) and is_settled

    @property
    def stats(self) -> Stats:
        """The sums over the targets: an envelope for three of them is offered three times."""
        return total(target.stats for target in self.targets)

    def is_healthy(self) -> bool:
        """Whether each target has room for more."""
        return all(target.is_healthy() for target in self.targets)

    def note_loss(self, reason: str, category: str, quantity: int) -> None:
        """See :meth:`Transport.note_loss`; each server is told."""
        for target in self.targets:
            target.note_loss(reason, category, quantity)


def addressed(envelope: Envelope, target: Transport) -> Envelope:
    """The envelope for one target: a DSN in its header is that target's (protocol: envelope headers)."""
    if "dsn" not in envelope.headers:
        return envelope
    dsn = target.setup.dsn
    return envelope.with_headers(dsn=dsn.public_dsn(dsn.scheme))
