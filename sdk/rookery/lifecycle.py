"""How a client's transport is found, used, waited for and released."""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING, Any

from rookery.dsn import Dsn
from rookery.errors import UnknownOption
from rookery.harmless import harmless, tell
from rookery.options import ALL_OPTIONS
from rookery.transport.build import build_transport
from rookery.transport.chooser import needs_no_dsn
from rookery.transport.contract import Transport
from rookery.transport.declare import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from types import TracebackType

    from typing_extensions import Self

    from rookery.envelope import Envelope
    from rookery.options import Resolved

    Pending = Callable[[int, float], object]
    """Told how many items are pending, and how many seconds they are waited for."""

NOWHERE = Dsn("http", "nobody", "localhost", "0")
"""For a transport of the program's that is used without a DSN, and sends nothing there."""
SOON = 0.1
"""Seconds of waiting that nobody has to be told of (protocol: flush)."""
SHUTDOWN_TIMEOUT = 2.0
"""Seconds, for a transport without settings."""
unsettled: set[Lifecycle] = set()
"""Who has handed something over: kept, or nobody would wait for it at exit once they are replaced."""


def find_transport(
    dsn: Dsn | None, resolved: Resolved, environ: Mapping[str, str]
) -> Transport | None:
    """The transport; None if there is nowhere to send. Raises what ``init`` may raise."""
    choice: Any = resolved.client["transport"]
    if dsn is None and needs_no_dsn(choice):
        dsn = NOWHERE
    if dsn is not None:
        return build_transport(dsn, choice, arguments=resolved.transport, environ=environ)
    if choice is None:
        _refuse_unknown(resolved.transport)
    return choice if isinstance(choice, Transport) else None


def _refuse_unknown(arguments: Mapping[str, Any]) -> None:
    """Without a DSN no transport is built that could refuse a name, and a typo stays a typo."""
    declared = {name for option in ALL_OPTIONS for name in option.names}
    for name in arguments:
        if name not in declared:
            raise UnknownOption(f"init has no option {name!r}{did_you_mean(name, declared)}")


@harmless(None)
def show(envelope: Envelope) -> None:
    """Print an envelope, each header and each JSON in a line."""
    lines = [envelope.header_line.decode()]
    for item in envelope.items:
        is_json = item.payload[:1] == b"{"
        told = item.payload.decode() if is_json else f"({len(item.payload)} bytes)"
        lines += [item.header_line.decode(), told]
    sys.stderr.write("\n".join((*lines, "")))


def let_go_of_settled() -> None:
    """Forget clients that the program has forgotten, if nothing of theirs is pending."""
    for client in list(unsettled):
        if client.has_settled():
            unsettled.discard(client)


class Lifecycle:
    """A transport, from the first envelope to the last."""

    options: Mapping[str, Any]
    transport: Transport | None
    _exit_deadline: float | None = None
    _is_open = True

    def is_active(self) -> bool:
        """Whether events are recorded: there is somewhere to send, and it is not closed."""
        return self._is_open and self.transport is not None

    def _submit(self, envelope: Envelope) -> bool:
        assert self.transport is not None, "asked by _wants"
        unsettled.add(self)
        if self.options["print_envelopes"]:
            show(envelope)
        is_taken = self.transport.submit(envelope)
        if self._exit_deadline is not None:  # nobody will flush after us
            self.transport.flush(max(0.0, self._exit_deadline - time.monotonic()))
        return is_taken

    def _lost(self, reason: str, category: str = "error", quantity: int = 1) -> None:
        if self.transport is not None:
            self.transport.record_lost_event(reason, category, quantity)

    @harmless(True)
    def has_settled(self) -> bool:
        """Whether nothing is pending."""
        return self.transport is None or not self._is_open or self.transport.stats.pending == 0

    @property
    def shutdown_timeout(self) -> float:
        """Seconds that everything at exit may take together.

        The transport's setting; one that was made by hand may have none.
        """
        settings = getattr(getattr(self.transport, "setup", None), "settings", None)
        return getattr(settings, "shutdown_timeout", SHUTDOWN_TIMEOUT)

    @harmless(False)
    def flush(self, timeout: float | None = None, callback: Pending | None = None) -> bool:
        """Wait until what was captured is settled; False if it is not after ``timeout`` seconds.

        ``callback(pending, timeout)`` is called once if that takes longer than a moment.
        """
        if self.transport is None:
            return True
        whole = self._whole(timeout)
        if callback is None:
            return self.transport.flush(whole)
        deadline = time.monotonic() + whole
        if self.transport.flush(min(SOON, whole)):
            return True
        harmless(None)(callback)(self.transport.stats.pending, whole)
        return self.transport.flush(max(0.0, deadline - time.monotonic()))

    async def flush_async(
        self, timeout: float | None = None, callback: Pending | None = None
    ) -> bool:
        """As :meth:`flush`, for code on an event loop."""
        if self.transport is None:
            return True
        whole = self._whole(timeout)
        deadline = time.monotonic() + whole
        try:
            if callback is None:
                return await self.transport.flush_async(whole)
            if await self.transport.flush_async(min(SOON, whole)):
                return True
            harmless(None)(callback)(self.transport.stats.pending, whole)
            return await self.transport.flush_async(max(0.0, deadline - time.monotonic()))
        except Exception:  # noqa: BLE001  # a transport of anybody's
            tell("flush_async failed")
            return False

    @harmless(False)
    def close(self, timeout: float | None = None, callback: Pending | None = None) -> bool:
        """Flush, then release the transport; nothing is recorded from here on."""
        if self.transport is None or not self._is_open:
            return True
        whole = self._whole(timeout)
        deadline = time.monotonic() + whole
        if callback is not None:
            self.flush(whole, callback)
        self._is_open = False
        return self.transport.close(max(0.0, deadline - time.monotonic()))

    async def close_async(
        self, timeout: float | None = None, callback: Pending | None = None
    ) -> bool:
        """As :meth:`close`, for code on an event loop."""
        if self.transport is None or not self._is_open:
            return True
        whole = self._whole(timeout)
        deadline = time.monotonic() + whole
        if callback is not None:
            await self.flush_async(whole, callback)
        self._is_open = False
        try:
            return await self.transport.close_async(max(0.0, deadline - time.monotonic()))
        except Exception:  # noqa: BLE001  # a transport of anybody's
            tell("close_async failed")
            return False

    def _whole(self, timeout: float | None) -> float:
        """Seconds that a call may take."""
        return self.shutdown_timeout if timeout is None else max(0.0, timeout)

    @harmless(False)
    def drain_at_exit(self, began: float, callback: Pending | None = None) -> bool:
        """Flush before the process ends; the client stays open for what is captured still later.

        ``shutdown_timeout`` from ``began`` (seconds, ``time.monotonic``) is one deadline over this
        and all of that: each later capture is sent before it returns, within what is left.
        """
        if self._exit_deadline is None:  # a spawned process has two kinds of exit handlers
            self._exit_deadline = began + self.shutdown_timeout
        return self.flush(self._exit_deadline - time.monotonic(), callback)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()
