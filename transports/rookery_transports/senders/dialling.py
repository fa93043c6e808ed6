"""urllib3's connections over the sockets of a library of green threads."""

from __future__ import annotations

from _socket import getaddrinfo
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple

from urllib3.exceptions import ConnectTimeoutError, NewConnectionError
from urllib3.util.connection import allowed_gai_family

from rookery_transports.senders.connections import Watched

if TYPE_CHECKING:
    import ssl
    from collections.abc import Callable
    from contextlib import AbstractContextManager
    from weakref import WeakSet


class Green(NamedTuple):
    """What a library has for blocking calls."""

    socket: Any
    """Its module that stands for :mod:`socket`."""
    wrap: Callable[[ssl.SSLContext, Any, str | None], Any]
    """TLS on a connected socket of its, with a context, to a named server."""
    limit: Callable[[float | None, Exception], AbstractContextManager[object]]
    """Raises an exception in the block that takes longer than so many seconds."""


class GreenContext:
    """A TLS context that wraps green sockets, and is otherwise the one inside.

    The context may be the program's own, so it is neither copied nor changed.
    """

    def __init__(self, context: ssl.SSLContext, green: Green) -> None:
        self.__dict__.update(_context=context, _green=green)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._context, name)

    def __setattr__(self, name: str, value: object) -> None:
        setattr(self._context, name, value)

    def wrap_socket(self, sock: Any, server_hostname: str | None = None) -> Any:
        """What urllib3 calls with a socket that is connected."""
        return self._green.wrap(self._context, sock, server_hostname)


class Dialling(Watched):
    """A connection over a green socket. ``connect`` bounds the look-up of the name too."""

    green: ClassVar[Green]
    opened: ClassVar[WeakSet[Dialling]]

    def connect(self) -> None:
        """Connect, speak to the proxy, shake hands."""
        self.opened.add(self)
        with self.green.limit(self.timeout, TimeoutError("the connection took too long")):
            super().connect()

    def _new_conn(self) -> Any:
        try:
            return self.dial()
        except TimeoutError as error:
            raise ConnectTimeoutError(self, f"connecting to {self.host}: {error}") from error
        except (OSError, UnicodeError) as error:  # the latter for a name that is none
            raise NewConnectionError(self, f"connecting to {self.host}: {error}") from error

    def dial(self) -> Any:
        """A connected socket, to the first address that answers."""
        failure: OSError = OSError(f"{self.host} has no address")
        for address in self.addresses():
            try:
                return self.dial_address(*address)
            except OSError as error:  # noqa: PERF203 - each address has its chance
                failure = error
        raise failure

    def addresses(self) -> Any:
        """The addresses of the host, as by :func:`socket.getaddrinfo`.

        gevent asks in a thread; since Python 3.12 none can start once the program ends, when nobody
        else is kept waiting either.
        """
        library, host = self.green.socket, self.host.strip("[]")
        asked = (host, self.port, allowed_gai_family(), library.SOCK_STREAM)
        try:
            return library.getaddrinfo(*asked)
        except RuntimeError:
            return getaddrinfo(*asked)

    def dial_address(self, family: int, kind: int, proto: int, _: str, address: Any) -> Any:
        """A socket connected to one address."""
        sock = self.green.socket.socket(family, kind, proto)
        try:
            for option in self.socket_options or ():
                sock.setsockopt(*option)
            sock.settimeout(self.timeout)
            sock.connect(address)
        except BaseException:
            sock.close()
            raise
        return sock
