"""One way, one attempt: an envelope is encoded, posted, and its outcome brought back."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from rookery.delivery.actions import Failed, Failure, Outcome
from rookery.transport.guard import unheard
from rookery.transport.loading import loading

if TYPE_CHECKING:
    from collections.abc import Callable

    from rookery.envelope import Envelope
    from rookery.transport.contract import Sender, Setup
    from rookery_transports.encoding import Encoder


class Courier:
    """An encoder and a sender. Neither is made before the first envelope leaves."""

    def __init__(self, setup: Setup, make_sender: Callable[[Setup], Sender]) -> None:
        self.setup = setup
        self.make_sender = make_sender
        self._encoders: list[Encoder] = []
        self._senders: list[Sender] = []

    def carry(self, envelope: Envelope, budget: float | None = None) -> Outcome:
        """Post an envelope within ``budget`` seconds; whatever the sender raises is an outcome."""
        try:
            return unheard(self._post, envelope, budget)
        except Exception as error:  # noqa: BLE001 - a sender is anybody's code
            return Failed(Failure.BROKEN, f"{type(error).__name__}: {error}")

    def _post(self, envelope: Envelope, budget: float | None) -> Outcome:
        outcome: object = self.sender().post(self.encoder().encode(envelope, budget))
        if not isinstance(outcome, Outcome):
            raise TypeError(f"a sender has to return an Outcome, not {outcome!r}")
        return outcome

    def sender(self) -> Sender:
        """The sender, made at its first use by whoever is first; the others wait for it.

        One that interrupts its making, in the same thread, makes another: the first made stays.
        """
        if not self._senders:
            with loading():
                if not self._senders:
                    self._senders.append(self.make_sender(self.setup))
        return self._senders[0]

    def encoder(self) -> Encoder:
        """The encoder, as :meth:`sender`."""
        if not self._encoders:
            with loading():
                from rookery_transports.encoding import Encoder

                if not self._encoders:
                    self._encoders.append(Encoder(self.setup))
        return self._encoders[0]

    def close(self) -> None:
        """Let go of every connection."""
        self._part(lambda sender: sender.close())

    def forget(self) -> None:
        """In a forked child: let go of what was inherited, without a word to the server."""
        self._part(lambda sender: sender.forget())

    def _part(self, farewell: Callable[[Sender], None]) -> None:
        while self._senders:
            with suppress(Exception):  # anybody's code, and nothing is left to lose
                unheard(farewell, self._senders.pop())
