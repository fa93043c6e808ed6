"""A transport under test, in one line.

::

    Backend("threaded", FULL)
    Backend("pigeon", {"queues", "forks"}, received=read_my_files)
    Backend("asyncio", FULL - {"sender"}, host=running_loop)
"""

from __future__ import annotations

from contextlib import nullcontext
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from rookery.transport import build_transport
from rookery.transport.chooser import choose

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from contextlib import AbstractContextManager

    from rookery.envelope import Envelope
    from rookery.transport.contract import Transport

CAPABILITIES: Mapping[str, str] = MappingProxyType(
    {
        "queues": "submit only hands over; sending happens elsewhere",
        "shares": "what is submitted while another thread sends is left to that thread",
        "forks": "a forked child can use the transport that its parent built",
        "http": "it speaks HTTP to the server of the DSN",
        "sender": "its class has a make_sender that can be overridden",
        "keep_alive": "it can use a connection for more than one request",
        "proxy": "it can go through an HTTP proxy",
        "socks": "it can go through a SOCKS proxy",
        "refuses": "submit is False for each envelope that it does not take",
    }
)
"""What a back-end may have, each with what that means. A check that needs more is skipped."""
FULL = frozenset(CAPABILITIES)


def nowhere() -> AbstractContextManager[Mapping[str, Any]]:
    """The surroundings of a transport that needs none."""
    return nullcontext(MappingProxyType({}))


@dataclass(frozen=True)
class Backend:
    """A transport, what it can do, and settings without which it does not work."""

    name: str
    capabilities: Iterable[str] = FULL
    transport: type | str | None = None
    """What ``init(transport=...)`` would be given; by default the name."""
    settings: Mapping[str, Any] = field(default_factory=dict)
    """Given to every transport that is built, e.g. options of its own."""
    received: Callable[[], list[Envelope]] | None = None
    """The envelopes that arrived, for a transport that does not speak HTTP."""
    kept: Callable[[Any], Iterable[Envelope]] | None = None
    """The envelopes that a transport keeps itself, for one that hands them to nobody."""
    host: Callable[[], AbstractContextManager[Mapping[str, Any]]] = nowhere
    """What a transport lives in, e.g. a thread with a running loop: entered before each check, left
    after its transports are closed. What it yields is given to every transport that is built, as
    ``settings`` is. It has to end each thread that it started.
    """
    abridges: bool = False
    """What arrived was written for people, and is not known to the last byte."""
    build: Callable[..., Transport] = build_transport
    """Builds each transport, called as :func:`rookery.transport.build_transport`: for one whose work
    cannot be seen from outside.
    """
    patience: float = 10.0
    """Seconds after which waiting in vain is a failure."""

    def __post_init__(self) -> None:
        unknown = set(self.capabilities) - FULL
        if unknown:
            raise ValueError(f"no capability {sorted(unknown)}; there are {sorted(FULL)}")

    def __str__(self) -> str:
        return self.name

    @property
    def choice(self) -> type | str:
        """What names the transport."""
        return self.name if self.transport is None else self.transport

    @property
    def transport_class(self) -> Any:
        """The class, looked up if it is named."""
        return choose(self.choice, None, {})[0].factory

    def lacks(self, needed: Iterable[str]) -> list[str]:
        """What it would need and does not have."""
        return sorted(set(needed) - set(self.capabilities))
