"""The rig: what a check has at hand, and the law that holds over all of them."""

from __future__ import annotations

import threading
from contextlib import ExitStack, contextmanager, suppress
from time import monotonic, sleep
from typing import TYPE_CHECKING, Any, TypeVar

from rookery.dsn import Dsn
from rookery.envelope import Envelope, Item
from rookery.testing.conformance.leaks import left_over, watching
from rookery.testing.server import ScriptedServer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from rookery.testing.conformance.backend import Backend
    from rookery.testing.server import Scheme
    from rookery.transport.contract import Sender, Setup, Transport

T = TypeVar("T")
LOOK_AGAIN = 0.002
"""Seconds between two looks at a condition that nobody announces."""
CLEARING_AWAY = 0.5
"""Seconds that the threads of a transport that failed a check get, lest they disturb the next."""
TRUST = frozenset(("ca_certs", "verify_ssl", "ssl_context"))


class Rig:
    """A server, and transports of one back-end that deliver to it over one wire scheme."""

    def __init__(self, backend: Backend, scheme: Scheme, stack: ExitStack) -> None:
        self.backend = backend
        self.scheme = scheme
        self.built: list[Transport] = []
        self._stack = stack
        self._surroundings = self.open(backend.host())  # first, so that it outlives the transports
        stack.callback(self._end)
        self.server = self.serve()

    def serve(self, **how: Any) -> ScriptedServer:
        """Another server, in the place of the last one; see :class:`ScriptedServer`."""
        self.server = self.open(ScriptedServer(self.scheme, **how))
        return self.server

    def open(self, what: Any) -> Any:
        """Enter a context that ends with the check."""
        return self._stack.enter_context(what)

    def build(self, dsn: str | None = None, /, **settings: Any) -> Transport:
        """A transport of the back-end, for the server or for ``dsn``."""
        return self._build(self.backend.choice, dsn, settings)

    def build_with(self, make_sender: Callable[[Setup], Sender], **settings: Any) -> Transport:
        """The same with a sender of the check's own (capability ``sender``)."""
        own = {"make_sender": lambda _, setup: make_sender(setup)}
        derived = type("WithOwnSender", (self.backend.transport_class,), own)
        return self._build(derived, None, settings)

    def _build(self, choice: Any, dsn: str | None, settings: dict[str, Any]) -> Transport:
        trust = {} if TRUST & settings.keys() else self._trust()
        arguments = {**trust, **self._surroundings, **self.backend.settings, **settings}
        transport = self.backend.build(
            Dsn.parse(dsn or self.server.dsn), choice, arguments=arguments, environ={}
        )
        self.built.append(transport)
        return transport

    def _trust(self) -> dict[str, Any]:
        """Over https, trust in the server's authority, for a transport that needs any."""
        if self.scheme == "http" or "ca_certs" in self.backend.transport_class.unsupported:
            return {}
        from rookery.testing.certificates import ca_certs

        return {"ca_certs": ca_certs()}

    def envelope(self, number: int = 0, *more: Item) -> Envelope:
        """An envelope with an event of this number, and more items."""
        event_id = f"{number:032x}"
        event = {
            "event_id": event_id,
            "message": f"event {number} \u2014 h\u00e9llo",
            "level": "error",
        }
        return Envelope({"event_id": event_id}, [Item.from_json("event", event), *more])

    def attachment(self, payload: bytes = b"h\xc3\xa9llo\r\n\x00", name: str = "a.txt") -> Item:
        """An attachment."""
        return Item("attachment", payload, {"filename": name, "content_type": "text/plain"})

    def session(self) -> Envelope:
        """An envelope of another category than ``error``."""
        return Envelope({}, [Item.from_json("session", {"sid": "0" * 32, "status": "ok"})])

    def submit(self, transport: Transport, *numbers: int) -> list[bool]:
        """Submit an event of each number; what ``submit`` said to each."""
        return [transport.submit(self.envelope(number)) for number in numbers]

    def settle(self, transport: Transport) -> None:
        """Flush, and fail if that is not done in time."""
        assert transport.flush(self.backend.patience), f"flush gave up: {transport.stats}"

    def received(self) -> list[Envelope]:
        """The envelopes that arrived, in order."""
        if self.backend.kept is not None:
            return [envelope for each in self.built for envelope in self.backend.kept(each)]
        return self.backend.received() if self.backend.received else self.server.envelopes

    def numbers(self) -> list[int]:
        """The numbers of the events that arrived, in order."""
        return [int(e.event_id, 16) for e in self.received() if e.event_id is not None]

    def losses(self, transport: Transport) -> dict[tuple[str, str], int]:
        """What was dropped, by (reason, category)."""
        return dict(transport.stats.dropped)

    def wait_until(self, is_so: Callable[[], object], what: str) -> None:
        """Wait for a condition that nobody announces."""
        deadline = monotonic() + self.backend.patience
        while not is_so():
            assert monotonic() < deadline, f"not within {self.backend.patience} s: {what}"
            sleep(LOOK_AGAIN)

    def in_time(self, work: Callable[[], T], what: str) -> T:
        """The result of ``work``, which may hang: it is then left alone, and the check fails."""
        results: list[T] = []
        thread = threading.Thread(target=lambda: results.append(work()), daemon=True, name=what)
        thread.start()
        thread.join(self.backend.patience)
        assert results, f"{what} does not return"
        return results[0]

    def finish(self) -> None:
        """Close every transport, and hold each to the law."""
        for transport in self.built:
            obeys_the_law(transport)
            self.server.release()
            self.in_time(lambda t=transport: t.close(self.backend.patience), "close")  # type: ignore[misc]
            obeys_the_law(transport)
            assert transport.stats.pending == 0, f"closed, and something pends: {transport.stats}"
            assert transport.stats.pending_bytes == 0, f"closed, and bytes pend: {transport.stats}"

    def _end(self) -> None:
        for transport in self.built:
            with suppress(Exception):  # the check has failed, or this was done before
                self.in_time(lambda t=transport: t.close(0.0), "close")  # type: ignore[misc]
        self.built.clear()


def obeys_the_law(transport: Transport) -> None:
    """Offered = delivered + dropped + pending, none of them below zero."""
    stats = transport.stats
    parts = [stats.delivered, *stats.dropped.values(), stats.pending]
    assert stats.offered == sum(parts), f"offered is not delivered + dropped + pending: {stats}"
    assert min(parts) >= 0, f"a count below zero: {stats}"


@contextmanager
def rigged(backend: Backend, scheme: Scheme = "http") -> Iterator[Rig]:
    """A rig, which is finished if the check passes, and leaves nothing behind."""
    before = set(threading.enumerate())
    with watching() as seen:
        try:
            with ExitStack() as stack:
                rig = Rig(backend, scheme, stack)
                yield rig
                rig.finish()
                del rig
            del stack
        except BaseException:
            left_over(before, CLEARING_AWAY)
            raise
        threads = left_over(before, backend.patience)
        assert not threads, f"threads go on after close: {threads}"
    assert not seen, "; ".join(seen)
