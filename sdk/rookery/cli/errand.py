"""What ``rookery send`` sends through: one envelope after another, each settled before the next."""

from __future__ import annotations

from time import monotonic, sleep
from typing import TYPE_CHECKING

from rookery.dsn import Dsn
from rookery.errors import ConfigurationError
from rookery.options import environ
from rookery.transport.build import build_transport

if TYPE_CHECKING:
    from rookery.envelope import Envelope

VARIABLE = "SENTRY_DSN"
HOPELESS = frozenset(
    {"network_error", "rate_limited", "ratelimit_backoff", "shutdown_timeout", "internal_sdk_error"}
)
"""Reasons for which the next envelope would be lost too."""
A_MOMENT, LOOK_AGAIN = 2.0, 0.002
"""Seconds in which a loss that is counted has to be told of, and between two looks."""


def address(given: str | None) -> Dsn:
    """Where to. Raises :class:`ConfigurationError`."""
    if given is not None:
        return Dsn.parse(given)
    text = environ().get(VARIABLE)
    if not text:
        raise ConfigurationError(f"where to? give --dsn, or set {VARIABLE}")
    dsn = Dsn.parse(text)  # how the program sends, to that file perhaps, is not for us
    keys = dsn.public_key, dsn.host, dsn.project_id
    return Dsn(dsn.scheme, *keys, dsn.port, dsn.path, dsn.secret_key)


class Errand:
    """One envelope after another through a transport; each is settled before the next."""

    def __init__(self, dsn: Dsn, transport: str | None, timeout: float) -> None:
        self.timeout = timeout
        self.is_hopeless = False
        self._lost: list[tuple[Envelope, str]] = []
        self.transport = build_transport(
            dsn,
            transport or dsn.transport or "threaded",
            arguments={"on_drop": self._note, "send_client_reports": False},
            environ=environ(),
        )

    def _note(self, envelope: Envelope, reason: str) -> None:
        self._lost.append((envelope, reason))

    def carry(self, envelope: Envelope) -> list[tuple[Envelope, str]]:
        """What was lost of it, with the reason."""
        self._lost.clear()
        before = self._dropped()
        self.transport.submit(envelope)
        if not self.transport.flush(self.timeout):
            self.transport.close(0.0)  # gives it up, and says so
        dropped = self._dropped() - before
        if not dropped and not self.transport.stats.pending:
            return []
        lost = self._told_of(dropped) or [(envelope, "unknown")]
        self.is_hopeless = any(reason in HOPELESS for _, reason in lost)
        return lost

    def _dropped(self) -> int:
        return sum(self.transport.stats.dropped.values())

    def _told_of(self, items: int) -> list[tuple[Envelope, str]]:
        """The losses of so many items. A transport may count first, and tell in its own thread."""
        deadline = monotonic() + A_MOMENT
        while sum(len(envelope.items) for envelope, _ in self._lost) < items:
            if monotonic() >= deadline:
                return []
            sleep(LOOK_AGAIN)
        return list(self._lost)
