"""``trio``: the run of the program sends, through httpcore."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar

from rookery.errors import BadOption
from rookery_transports.drivers.trio import TrioDriver
from rookery_transports.senders.preloading import preload

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rookery.transport.contract import AsyncSender, Setup


@dataclass(frozen=True)
class TrioOptions:
    """What ``trio`` understands beside the shared settings."""

    trio_token: object = field(
        default=None,
        metadata={"doc": "The run that sends. Not set: the one that runs where events are made."},
    )

    nursery: object = field(
        default=None,
        metadata={"doc": "The nursery whose tasks send. Not set: system tasks of the run do."},
    )

    def __post_init__(self) -> None:
        if self.trio_token is not None and not hasattr(self.trio_token, "run_sync_soon"):
            allowed = "a TrioToken, such as trio.lowlevel.current_trio_token()"
            raise BadOption("trio_token", self.trio_token, allowed)
        if self.nursery is not None and not hasattr(self.nursery, "start_soon"):
            raise BadOption("nursery", self.nursery, "a trio.Nursery")
        if self.nursery is not None:
            object.__setattr__(self, "trio_token", token_of(self.nursery))


def token_of(nursery: object) -> object:
    """That of the run to which a nursery belongs: the one that runs the calling code."""
    import trio

    try:
        return trio.lowlevel.current_trio_token()
    except RuntimeError:
        allowed = "a trio.Nursery, given by a call of init within its run"
        raise BadOption("nursery", nursery, allowed) from None


class TrioTransport(TrioDriver):
    """Sends in system tasks of the program's run, with its sockets and timers."""

    Options: ClassVar[type | None] = TrioOptions
    requires: ClassVar[Mapping[str, str]] = {
        "httpcore": "rookery[trio]",
        "trio": "rookery[trio]",
    }
    backend = "rookery.testing.coroutine_loops:TRIO"

    def __init__(self, setup: Setup) -> None:
        self._reach = preload(setup, http2=False)
        super().__init__(setup)
        self.desk.courier.encoder()

    def make_async_sender(self, setup: Setup) -> AsyncSender:  # noqa: ARG002 - settled at init
        """A sender on httpcore."""
        from rookery_transports.senders.httpcore_async import AsyncHttpcoreSender
        from rookery_transports.senders.trio_sockets import TrioReadiness

        return AsyncHttpcoreSender(self._reach, TrioReadiness())
