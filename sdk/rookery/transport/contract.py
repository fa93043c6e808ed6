"""The contract: what the client knows of a transport, and what a transport is made from.

There are three depths at which to write one:

1. a *sender* speaks to the server its own way (:class:`Sender`), and gets a driver, retries,
   limits and the ledger for nothing;
2. a *driver* has an event loop of its own and runs the machine of :mod:`rookery.delivery` in it;
3. a *transport* implements ``submit``, ``flush``, ``close`` and ``stats`` itself.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple, Protocol, Union, cast

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from rookery.delivery.actions import Outcome
    from rookery.delivery.ledger import Stats
    from rookery.dsn import Dsn
    from rookery.envelope import Envelope, Item
    from rookery.transport.settings import Settings

NOTHING: Mapping[str, Any] = MappingProxyType({})


class Setup(NamedTuple):
    """All that a transport is made from; settled before it is built, never changed after."""

    dsn: Dsn
    settings: Settings
    options: object = None
    """The transport's own options: an instance of its ``Options``, or None if it declares none."""
    inner: Transport | None = None
    """The transport inside a wrapper (:attr:`Transport.wraps`), else None."""
    another: Callable[[Dsn], Transport] | None = None
    """For a wrapper: builds one more transport like ``inner``, for another DSN. That DSN's query, and
    the transport before its scheme, hold for it alone. Raises what ``init`` may raise.
    """


class Transport(ABC):
    """What the client hands envelopes to; all that the client knows of delivery.

    No method raises into the program. ``submit`` and ``flush`` may be called from any thread, a
    signal handler, ``__del__`` or a garbage collection callback.
    """

    Options: ClassVar[type | None] = None
    """A frozen dataclass of the options that this transport alone understands."""
    defaults: ClassVar[Mapping[str, object]] = NOTHING
    """Settings whose default differs here, e.g. ``{"retries": 0}``."""
    unsupported: ClassVar[frozenset[str]] = frozenset()
    """Settings that this transport cannot honour: giving one fails ``init``."""
    requires: ClassVar[Mapping[str, str]] = NOTHING
    """Modules that must be importable, each with what to ``pip install`` for it."""
    wraps: ClassVar[bool] = False
    """True: it hands on to another transport, ``setup.inner``, named after it: ``spool+threaded``."""

    backend: ClassVar[str | None] = None
    """Where its back-end for ``rookery conformance`` is, as ``package.module:NAME``."""
    is_foreign: ClassVar[bool] = False
    """It is written for sentry-sdk: ``capture_envelope`` or ``capture_event`` stands for ``submit``."""

    def __init__(self, setup: Setup | None = None, options: Any = None) -> None:
        if self.is_foreign:
            self.options: Any = setup if options is None else options
        self.setup = cast("Setup", setup)

    def __init_subclass__(cls, **keywords: Any) -> None:
        super().__init_subclass__(**keywords)
        has_own = cls.capture_envelope is not Transport.capture_envelope
        if (has_own or hasattr(cls, "capture_event")) and cls.submit is Transport.submit:
            from rookery.transport.by_envelope import complete

            cls.is_foreign = True
            complete(cls, Transport)

    @abstractmethod
    def submit(self, envelope: Envelope) -> bool:
        """Take over an envelope; never blocks (a transport that sends in the caller may).

        False: it was refused, and is already counted as dropped or about to be.
        """

    @abstractmethod
    def flush(self, timeout: float) -> bool:
        """Wait up to ``timeout`` seconds; True only if all that was accepted before is settled."""

    @abstractmethod
    def close(self, timeout: float) -> bool:
        """Flush, then release everything; what is left is dropped. Harmless a second time."""

    @property
    @abstractmethod
    def stats(self) -> Stats:
        """The ledger: offered = delivered + dropped + pending, at every moment."""

    def capture_envelope(self, envelope: Envelope) -> None:
        """:meth:`submit`, by the name that sentry-sdk has for it."""
        self.submit(envelope)

    def kill(self) -> None:
        """:meth:`close` without waiting, by the name that sentry-sdk has for it."""
        self.close(0.0)

    def is_healthy(self) -> bool:
        """Whether there is room for more: fewer items are pending than ``maxsize`` envelopes."""
        settings = getattr(getattr(self, "setup", None), "settings", None)  # made by hand: none
        return settings is None or not 0 < settings.maxsize <= self.stats.pending

    async def flush_async(self, timeout: float) -> bool:
        """As :meth:`flush`, for code on an asyncio loop, which keeps running meanwhile."""
        import asyncio

        return await asyncio.get_running_loop().run_in_executor(None, self.flush, timeout)

    async def close_async(self, timeout: float) -> bool:
        """As :meth:`close`, for code on an asyncio loop, which keeps running meanwhile."""
        import asyncio

        return await asyncio.get_running_loop().run_in_executor(None, self.close, timeout)

    def record_lost_event(
        self,
        reason: str,
        category: str | None = None,
        quantity: int | Item | None = 1,
        *,
        data_category: str | None = None,
        item: Item | None = None,
    ) -> None:
        """Note a loss that happened before ``submit``, for the next client report.

        Of ``quantity`` in a category, or of all that an ``item`` counts as; ``data_category``, and
        an item in the third place, are sentry-sdk's way to say it.
        """
        if not isinstance(quantity, int):
            item, quantity = item or quantity, 1
        given = ((category or data_category or "default", quantity),)
        for lost, number in given if item is None else item.quantities:
            self.note_loss(reason, lost, number)

    def note_loss(self, reason: str, category: str, quantity: int) -> None:  # noqa: B027
        """What :meth:`record_lost_event` comes to, once for each category.

        It is not in :attr:`stats`, which counts what was offered to the transport. A transport
        that sends no client reports has nothing to do here.
        """


class Timeouts(NamedTuple):
    """Seconds; None waits for ever.

    ``connect`` bounds the connection, its proxy and its TLS handshake; ``read`` the wait for the
    answer, however slowly it drips; ``total`` the two together.
    """

    connect: float | None = 5.0
    read: float | None = 5.0
    total: float | None = None


class Request(NamedTuple):
    """One HTTP POST, settled to the last byte. A sender translates it and decides nothing."""

    url: str
    headers: Mapping[str, str] = NOTHING
    body: bytes = b""
    timeouts: Timeouts = Timeouts()


class Sender(ABC):
    """Who speaks HTTP, for drivers whose sending may block a thread.

    ``post`` is called by up to ``settings.concurrency`` threads at once. It returns ``Failed``
    for whatever the network does; what it raises is counted as a loss and goes no further.
    """

    @abstractmethod
    def post(self, request: Request) -> Outcome:
        """Send, and wait for the answer no longer than ``request.timeouts``."""

    def close(self) -> None:  # noqa: B027 - a sender without connections has nothing to do
        """Let go of every connection."""

    def forget(self) -> None:  # noqa: B027 - as above
        """In a forked child: close what was inherited, take no lock, tell the server nothing.

        Never called before a ``post``; nothing is called after it.
        """


class AsyncSender(ABC):
    """Who speaks HTTP, for drivers whose sending runs in coroutines.

    All methods are called in the loop's thread, but ``forget``. ``post`` runs up to
    ``settings.concurrency`` times at once; outcomes and errors are those of :class:`Sender`. It may
    be cancelled, and then leaves no connection behind that is half used.
    """

    @abstractmethod
    async def post(self, request: Request) -> Outcome:
        """Send, and wait for the answer no longer than ``request.timeouts``."""

    async def aclose(self) -> None:  # noqa: B027 - a sender without connections has nothing to do
        """Let go of every connection."""

    def forget(self) -> None:  # noqa: B027 - as above
        """Once the loop has stopped, or in a forked child: close the sockets, take no lock."""


class Foreign(Protocol):
    """A transport by the interface of sentry-sdk's, whoever wrote it."""

    def capture_envelope(self, envelope: Any) -> object: ...
    def flush(self, timeout: float) -> object: ...
    def kill(self) -> object: ...


Choice = Union[str, type, Transport, Foreign, None]
"""What ``init(transport=...)`` takes: a name, an import path, a class, an instance, or None."""
