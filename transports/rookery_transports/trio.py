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

    def __post_init__(self) -> None:
        if self.trio_token is not None and not hasattr(self.trio_token, "run_sync_soon"):
            allowed = "a TrioToken, such as trio.lowlevel.current_trio_token()"
            raise BadOption("trio_token", self.trio_token, allowed)


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
