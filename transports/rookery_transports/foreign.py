"""``foreign``: hands envelopes to an object with the interface of sentry-sdk's transports.

It is what ``init(transport=...)`` makes of such an object, or class. What was handed over counts as
delivered: these transports tell nothing of what becomes of it.
"""

from __future__ import annotations

import sys
from time import monotonic
from typing import TYPE_CHECKING, Any, ClassVar

from rookery.delivery.actions import Answered
from rookery.dsn import Dsn
from rookery.envelope import Envelope
from rookery.transport.contract import Sender
from rookery_transports.drivers.inline import InlineDriver
from rookery_transports.offline import NETWORK_SETTINGS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rookery.delivery.actions import Outcome
    from rookery.transport.contract import Request, Setup

TOLD = "http_proxy https_proxy proxy_headers ca_certs cert_file key_file keep_alive socket_options"
"""Settings that a class of theirs is made with; others it could not honour."""
CODECS = frozenset({"compression", "compression_level"})


class Handover(Sender):
    """Gives what a server would have read to the other transport."""

    def __init__(self, carrier: Any) -> None:
        self.carrier = carrier

    def post(self, request: Request) -> Outcome:
        """Hand an envelope over; what that raises is a loss."""
        official = sys.modules.get("sentry_sdk.transport")  # loaded by whoever made a transport
        if official is not None and isinstance(self.carrier, official.Transport):
            kind = sys.modules["sentry_sdk.envelope"].Envelope
            self.carrier.capture_envelope(kind.deserialize(request.body))
        else:
            self.carrier.capture_envelope(Envelope.parse(request.body))
        return Answered(200)


class ForeignTransport(InlineDriver):
    """Hands over in the calling thread; the other transport has its own."""

    defaults: ClassVar[Mapping[str, object]] = {"compression": "none", "retries": 0}
    unsupported = NETWORK_SETTINGS | CODECS
    given: ClassVar[Any] = None

    def __init__(self, setup: Setup) -> None:
        is_class = isinstance(self.given, type)
        self.carrier: Any = self.given(options_of(setup)) if is_class else self.given
        self._handed_at_flush = 0
        super().__init__(setup)

    @classmethod
    def around(cls, given: Any) -> type[ForeignTransport]:
        """The transport that hands to an object, or to what its class makes of our settings."""
        told = frozenset(TOLD.split()) if isinstance(given, type) else frozenset()
        own = {"given": given, "unsupported": cls.unsupported - told}
        return type(cls.__name__, (cls,), own)

    def make_sender(self, _: Setup) -> Sender:
        """A sender to the other transport."""
        return Handover(self.carrier)

    def flush(self, timeout: float) -> bool:
        """See :meth:`Transport.flush`. The other says nothing; in time is taken for done."""
        deadline = monotonic() + timeout
        is_settled = super().flush(timeout)
        handed = self.stats.delivered
        if handed == self._handed_at_flush:
            return is_settled
        self.carrier.flush(max(0.0, deadline - monotonic()))
        is_in_time = monotonic() < deadline
        if is_in_time:
            self._handed_at_flush = handed
        return is_settled and is_in_time

    def close(self, timeout: float) -> bool:
        """See :meth:`Transport.close`."""
        is_settled = super().close(timeout)
        self.carrier.kill()
        return is_settled

    def is_healthy(self) -> bool:
        """See :meth:`Transport.is_healthy`; the other's word, if it has one."""
        return bool(getattr(self.carrier, "is_healthy", lambda: True)())

    def note_loss(self, reason: str, category: str, quantity: int) -> None:
        """See :meth:`Transport.note_loss`; for the reports of the other."""
        record = getattr(self.carrier, "record_lost_event", None)
        if record is not None:
            for _ in range(quantity):  # of old, it takes no quantity
                record(reason, data_category=category)


def options_of(setup: Setup) -> dict[str, Any]:
    """What sentry-sdk would make a transport with: its defaults, our settings."""
    dsn, settings = setup.dsn, setup.settings
    place = Dsn(dsn.scheme, dsn.public_key, dsn.host, dsn.project_id, dsn.port, dsn.path, dsn.secret_key)  # fmt: skip
    consts = sys.modules.get("sentry_sdk.consts")
    told = {name: getattr(settings, name) for name in TOLD.split()}
    return {
        **(consts.DEFAULT_OPTIONS if consts is not None else {}),
        **{name: value or None for name, value in told.items()},
        "dsn": str(place),
        "transport_queue_size": settings.maxsize,
        "send_client_reports": settings.send_client_reports,
        "shutdown_timeout": settings.shutdown_timeout,
    }
