"""``failover``: the next server when one cannot be reached, and back when it can.

::

    failover+threaded+https://key@first/7?spares=https://key@second/8

There is one queue, one ledger and one set of settings; only where an envelope goes is decided anew
for each attempt, by :mod:`rookery_transports.way`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from rookery.errors import ConfigurationError
from rookery.transport.contract import Setup, Transport
from rookery_transports.addresses import refuse_repetition, to_dsns

if TYPE_CHECKING:
    from rookery.delivery.ledger import Stats
    from rookery.dsn import Dsn
    from rookery.envelope import Envelope

MAKERS = {
    "make_sender": "Detour",
    "make_green_sender": "Detour",
    "make_async_sender": "AsyncDetour",
}
"""What a driver may make its sender by, and what is put in that sender's place."""


@dataclass(frozen=True)
class FailoverOptions:
    """What ``failover`` understands besides the shared settings, which hold for each server."""

    spares: object = field(default=None, metadata={"env": ("ROOKERY_SPARES",)})
    """The other DSNs, best first: a list, or text with commas or blanks. Without settings."""

    def __post_init__(self) -> None:
        if self.spares is None:
            raise ConfigurationError(
                "transport 'failover' needs other DSNs: spares=['https://key@host/8']"
            )
        object.__setattr__(self, "spares", to_dsns("spares", self.spares))


class FailoverTransport(Transport):
    """The transport inside it, with a way round a server that is away."""

    Options = FailoverOptions
    wraps = True
    backend = "rookery.testing.spares:FAILOVER"

    def __init__(self, setup: Setup) -> None:
        super().__init__(setup)
        spares = to_dsns("spares", getattr(setup.options, "spares", None))
        refuse_repetition("spares", setup.dsn, spares)
        refuse_settings(spares)
        assert setup.inner is not None
        assert setup.another is not None
        self.inner = rerouted((setup.inner, *map(setup.another, spares)))

    def submit(self, envelope: Envelope) -> bool:
        """See :meth:`Transport.submit`. A header that names one server is left out: it may be another."""
        if "dsn" in envelope.headers:
            kept = {name: told for name, told in envelope.headers.items() if name != "dsn"}
            envelope = type(envelope)(kept, envelope.items)
        return self.inner.submit(envelope)

    def flush(self, timeout: float) -> bool:
        """See :meth:`Transport.flush`."""
        return self.inner.flush(timeout)

    def close(self, timeout: float) -> bool:
        """See :meth:`Transport.close`."""
        return self.inner.close(timeout)

    async def flush_async(self, timeout: float) -> bool:
        """See :meth:`Transport.flush_async`."""
        return await self.inner.flush_async(timeout)

    async def close_async(self, timeout: float) -> bool:
        """See :meth:`Transport.close_async`."""
        return await self.inner.close_async(timeout)

    @property
    def stats(self) -> Stats:
        """See :attr:`Transport.stats`; an envelope counts once, whichever server has it."""
        return self.inner.stats

    def note_loss(self, reason: str, category: str, quantity: int) -> None:
        """See :meth:`Transport.note_loss`."""
        self.inner.note_loss(reason, category, quantity)


def refuse_settings(spares: tuple[Dsn, ...]) -> None:
    """Raise ``ConfigurationError`` for a spare that wants to be sent to in its own way."""
    for place, dsn in enumerate(spares, 1):
        if dsn.transport is not None or dsn.options:
            raise ConfigurationError(
                f"spares, number {place}: give its address alone; transport and settings are those"
                " of the first DSN"
            )


def rerouted(targets: tuple[Transport, ...]) -> Transport:
    """A transport like the first of these, whose sender asks the others when it has to."""
    from rookery_transports.senders import detour

    kind: Any = type(targets[0])
    found = {name: sender for name, sender in MAKERS.items() if hasattr(kind, name)}
    if not found:
        raise ConfigurationError(
            f"failover cannot wrap {kind.__name__}, which has no make_sender: it wraps transports"
            " made of a driver and a sender, such as 'threaded'"
        )
    own = {name: getattr(detour, sender).maker(targets, name) for name, sender in found.items()}
    return type(f"Failover{kind.__name__}", (kind,), own)(targets[0].setup)  # type: ignore[no-any-return]  # a Transport like its base
